import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

@Suite struct MassChangeTests {
  private static let names = (0..<20).map { "i\($0)" }

  private func images(
    _ pool: ScriptedPool, _ names: some Sequence<String>, header: UInt64 = 1, size: UInt64 = 200_000
  ) -> [SeenFile] {
    names.map { name in
      var seen = pool.image(name, inode: UInt64(name.dropFirst()).map { $0 + 100 }) {
        $0.virtualSize = header << 20
      }
      seen.actualSize = size
      return seen
    }
  }

  /// Twenty images, and nights in each of which one grows.
  private func pool(nights: Int) throws -> ScriptedPool {
    let pool = try ScriptedPool()
    try pool.scan(images(pool, Self.names))
    for night in 1..<nights {
      try pool.scan(images(pool, ["i\(night % 20)"], size: 200_000 + UInt64(night) * 4096))
    }
    return pool
  }

  private func alarms(_ pool: ScriptedPool) throws -> [Finding] {
    try pool.view().findings(kinds: [.massChange], pool: nil, since: nil)
  }

  @Test func `a night that rewrites half of a pool is one alarm, and stays for a week`() throws {
    let pool = try pool(nights: 8)
    #expect(try alarms(pool) == [])
    try pool.scan(images(pool, Self.names.prefix(12), header: 2))
    let found = try alarms(pool)
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.filename == "/pool/i0")
    #expect(
      found.first?.message
        == "12 of 20 images of pool 'pool', '/pool/i0' first, changed their header in one "
        + "scan, against at most 0 % in any earlier scan; find the cause with 'backstory log --since 8 --until 9'."
    )
    for _ in 1...7 {
      #expect(try alarms(pool).count == 1)
      try pool.scan()
    }
    #expect(try alarms(pool) == [])
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `what happened before is no alarm when it happens again`() throws {
    let pool = try pool(nights: 8)
    try pool.scan(images(pool, Self.names.prefix(12), size: 900_000))
    #expect(try alarms(pool).count == 1)
    for _ in 1...8 { try pool.scan() }
    try pool.scan(images(pool, Self.names.prefix(15), size: 1_900_000))
    #expect(try alarms(pool) == [])
  }

  @Test func `too few nights, too few images and nights that came together are no alarm`() throws {
    let young = try pool(nights: 6)
    try young.scan(images(young, Self.names, header: 2))
    #expect(try alarms(young) == [])
    let few = try pool(nights: 8)
    try few.scan(images(few, Self.names.prefix(9), header: 2))
    #expect(try alarms(few) == [])
    let away = try pool(nights: 8)
    try away.scan(state: .unavailable)
    try away.scan(images(away, Self.names, header: 2))
    #expect(try alarms(away) == [])
  }

  @Test func `new images, and those that move, are no mass of changes`() throws {
    let pool = try pool(nights: 8)
    try pool.scan(images(pool, (20..<60).map { "i\($0)" }))
    #expect(try alarms(pool) == [])
  }
}
