import Foundation
import Testing

/// What tools do to a base, and whether its overlays see another disk for it.
@Suite(RealPool.needsQemuImg) struct GuestContentTests {
  /// Something that is done to `base.qcow2`, of which a copy from before is in `../copy`.
  struct Deed: CustomTestStringConvertible, Sendable {
    let line: String
    var testDescription: String { line }

    init(_ line: String) { self.line = line }
  }

  static let harmless = [
    "qemu-img snapshot -c s base.qcow2",
    "qemu-img snapshot -c s base.qcow2 && qemu-img snapshot -d s base.qcow2",
    "qemu-img bitmap --add base.qcow2 b && qemu-img bitmap --remove base.qcow2 b",
    "qemu-img amend -f qcow2 -o compat=0.10 base.qcow2",
    "qemu-img resize -q base.qcow2 20M",
    "qemu-img resize -q --preallocation=full base.qcow2 20M",
    "qemu-io -c 'write -z 8M 1M' base.qcow2",
    "qemu-io -c 'write -P 0 9M 1M' base.qcow2",
    "qemu-io -c 'write -P 1 0 64k' base.qcow2",
    "qemu-img convert -O qcow2 ../copy base.qcow2",
    "qemu-img convert -c -O qcow2 ../copy base.qcow2",
    "qemu-img convert -O qcow2 -o cluster_size=4k ../copy base.qcow2",
    "qemu-img convert -O qcow2 -o extended_l2=on ../copy base.qcow2",
    "qemu-img convert -O qcow2 -o preallocation=full ../copy base.qcow2",
    "qemu-img convert -S 0 -O qcow2 ../copy base.qcow2",
  ].map(Deed.init)

  static let harmful = [
    "qemu-io -c 'write -P 9 12345k 512' base.qcow2",
    "qemu-io -c 'discard 0 1M' base.qcow2",
    "qemu-io -c 'write -z 64k 64k' base.qcow2",
    "qemu-img convert -O qcow2 ../copy base.qcow2; qemu-io -c 'write -P 8 1M 512' base.qcow2",
    "qemu-img convert -c -O qcow2 ../other base.qcow2",
  ].map(Deed.init)

  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.shell("qemu-io -c 'write -P 1 0 2M' -c 'write -P 2 5M 64k' base.qcow2 >/dev/null")
    try pool.shell("cp base.qcow2 ../copy; cp base.qcow2 ../other")
    try pool.shell("qemu-io -c 'write -P 3 5M 512' ../other >/dev/null")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    return pool
  }

  @Test func `show says of a large base that not every block of it is read`() throws {
    let pool = try RealPool()
    for (base, size) in [("small", "1M"), ("large", "96M")] {
      try pool.image("\(base).qcow2", size: "128M")
      try pool.shell("qemu-io -c 'write -P 5 0 \(size)' \(base).qcow2 >/dev/null")
      try pool.image("on-\(base).qcow2", "-b \(base).qcow2 -F qcow2")
    }
    try pool.scan()
    try pool.scan()
    func sample(_ name: String, _ more: String...) throws -> Int? {
      let words = ["show", "\(pool.path)/\(name).qcow2", "--output", "json"] + more
      return try pool.backstory(words).object["content-sample"] as? Int
    }
    #expect(try sample("large") == 2)
    #expect(try sample("large", "--at", "1") == nil)
    #expect(try sample("small") == nil)
    #expect(try sample("on-large") == nil)
    let card = try pool.backstory("show", pool.path + "/large.qcow2").output
    #expect(card.contains("known by one block of 2: a change elsewhere is not seen"))
  }

  @Test(arguments: harmless)
  func `what no guest sees is no change of a base`(deed: Deed) throws {
    let pool = try pool()
    try pool.shell("\(deed.line) >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test(arguments: harmful)
  func `what a guest sees is one`(deed: Deed) throws {
    let pool = try pool()
    try pool.shell("{ \(deed.line); } >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a copy of a raw disk with other holes is the same, at any size`() throws {
    let pool = try RealPool()
    try pool.shell("truncate -s 100M base.img")
    for place in [0, 17, 93] {
      try pool.shell("qemu-io -f raw -c 'write -P 1 \(place)M 1M' base.img >/dev/null")
    }
    try pool.image("top.qcow2", "-b base.img -F raw")
    try pool.scan()
    try pool.shell("cp --sparse=never base.img n; mv n base.img")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("cp --sparse=always base.img n; mv n base.img")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a snapshot that is committed and whose base takes its name changes nothing`() throws {
    let pool = try pool()
    try pool.shell("qemu-io -c 'write -P 5 1M 1M' top.qcow2 >/dev/null")
    try pool.image("disk.qcow2", "-b top.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    try pool.shell("qemu-img commit -q top.qcow2 && mv base.qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a base that is written to is told once, though a chain stands on it`() throws {
    let pool = try pool()
    try pool.image("disk.qcow2", "-b top.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    try pool.shell("cp -a base.qcow2 ../kept; qemu-io -c 'write -P 5 1M 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    try pool.shell("cp -a ../kept base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `an overlay that is made anew in its place is no victim`() throws {
    let pool = try pool()
    try pool.shell("qemu-io -c 'write -P 5 1M 64k' top.qcow2 >/dev/null")
    try pool.scan()
    try pool.shell("qemu-io -c 'write -P 6 1M 64k' base.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    #expect(try pool.findings() == [])
  }
}
