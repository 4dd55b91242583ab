import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Testing

/// A directory as a plain dictionary: the model that the inventory is compared with.
private struct ModelPool {
  struct File: Equatable {
    var inode: UInt64
    var backing: String?
    var format: String?
  }

  var files: [String: File] = [:]
  private var nextInode: UInt64 = 1000

  /// Does something that people do to images.
  mutating func step(_ numbers: inout SeededNumbers) {
    let names = files.keys.sorted()
    let fresh = "n\(Int.random(in: 0..<25, using: &numbers))"
    guard let some = names.randomElement(using: &numbers) else { return create(fresh, nil, nil) }
    switch Int.random(in: 0..<9, using: &numbers) {
    case 0, 1: create(fresh, nil, nil)
    case 2, 3: create(fresh, some, Bool.random(using: &numbers) ? "qcow2" : nil)
    case 4: files[fresh] = files.removeValue(forKey: some)
    case 5: files[some] = nil
    case 6: create(fresh, files[some]?.backing, files[some]?.format)
    case 7: swap(some, names.randomElement(using: &numbers) ?? some)
    default: files[some]?.backing = names.randomElement(using: &numbers)
    }
  }

  private mutating func create(_ name: String, _ backing: String?, _ format: String?) {
    nextInode += 1
    files[name] = File(inode: nextInode, backing: backing, format: format)
  }

  private mutating func swap(_ one: String, _ other: String) {
    (files[one], files[other]) = (files[other], files[one])
  }

  var missing: [String] {
    files.filter { $0.value.backing.map { files[$0] == nil } ?? false }.keys.sorted()
  }

  var unrecorded: [String] {
    files.filter { $0.value.backing != nil && $0.value.format == nil }.keys.sorted()
  }

  /// Whoever comes back to itself.
  var loops: [String] {
    files.keys.filter { name in
      var current = files[name]?.backing
      for _ in 0...files.count {
        guard let next = current else { return false }
        if next == name { return true }
        current = files[next]?.backing
      }
      return false
    }.sorted()
  }
}

@Suite struct RandomNightsTests {
  private struct Night: Equatable {
    var images: [Image] = []
    var findings: [Finding] = []
    var dependents: [[Dependent]] = []
  }

  private func night(_ pool: ScriptedPool, _ when: When) throws -> Night {
    let view = try pool.view(when)
    var night = Night()
    try view.images(format: nil, pool: nil, includingOther: true) { night.images.append($0) }
    night.findings = try view.findings(kinds: [], pool: nil, since: nil)
    night.dependents = try night.images.map { try view.dependents([.path($0.filename)]) }
    return night
  }

  /// A night without the marks that it was not seen.
  private func fresh(_ night: Night) -> Night {
    var fresh = night
    for index in fresh.images.indices {
      fresh.images[index].stale = nil
      // Where links into what was not seen lead is only remembered.
      if fresh.images[index].backingState == .unknown { fresh.images[index].backingState = .ok }
    }
    for index in fresh.findings.indices { fresh.findings[index].stale = nil }
    // Whether an image is unused is in doubt while its pool is away.
    fresh.findings.removeAll { $0.kind == .orphan }
    return fresh
  }

  private func names(_ findings: [Finding], _ kind: FindingKind) -> [String] {
    findings.filter { $0.kind == kind }.map {
      String(decoding: $0.filename?.name ?? [], as: UTF8.self)
    }.sorted()
  }

  @Test(arguments: Seeds.first(5))
  func `random nights agree with a plain model, then and ever after`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    var model = ModelPool()
    var told: [String: ModelPool.File] = [:]
    var nights: [Night] = []
    for number in 1...50 {
      for _ in 0..<Int.random(in: 0...10, using: &numbers) { model.step(&numbers) }
      if nights.count > 1, Int.random(in: 0..<8, using: &numbers) == 0 {
        // The pool is not mounted this night: everything is as it was told last.
        try pool.scan(state: .unavailable)
        let unseen = try night(pool, .latest(back: 0))
        #expect(fresh(unseen) == nights.last.map(fresh), "seed \(seed), night \(number)")
        nights.append(unseen)
        continue
      }
      let changed = model.files.filter { told[$0.key] != $0.value }
      try pool.scan(
        changed.sorted { $0.key < $1.key }.map {
          pool.image(
            $0.key, backing: $0.value.backing, format: $0.value.format, inode: $0.value.inode)
        }, gone: told.keys.filter { model.files[$0] == nil })
      told = model.files
      let now = try night(pool, .latest(back: 0))
      #expect(
        now.images.map { String(decoding: $0.filename.name, as: UTF8.self) }
          == model.files.keys.sorted(), "seed \(seed), night \(number)")
      #expect(names(now.findings, .backingMissing) == model.missing, "seed \(seed), \(number)")
      #expect(
        names(now.findings, .backingFormatUnrecorded) == model.unrecorded, "seed \(seed), \(number)"
      )
      #expect(names(now.findings, .backingLoop) == model.loops, "seed \(seed), night \(number)")
      nights.append(now)
    }
    for (index, then) in nights.enumerated() {
      #expect(
        try night(pool, .number(Int64(index + 1))) == then, "seed \(seed), night \(index + 1)")
    }
    #expect(try Inventory(reading: pool.file).verify() == [], "seed \(seed)")
  }

  @Test func `a quiet night costs next to nothing`() throws {
    let pool = try ScriptedPool()
    try pool.scan((0..<200).map { pool.image("i\($0)", backing: $0 == 0 ? nil : "i0") })
    let before = try rowCount(pool)
    for _ in 0..<30 { try pool.scan() }
    // A row for the scan and one for its pool.
    #expect(try rowCount(pool) == before + 60)
  }

  private func rowCount(_ pool: ScriptedPool) throws -> Int64 {
    let tables = [
      "scan", "pool_scan", "place", "image", "image_state", "file_state", "reference", "link",
      "finding", "directory", "directory_state", "alias", "problem", "scan_change", "unused",
      "want", "awaited", "holding",
    ]
    var sum: Int64 = 0
    for table in tables {
      try pool.view().rows(sql: "SELECT count(*) FROM \(table)") { row in
        if case .integer(let count) = row.cells[0] { sum += count }
      }
    }
    return sum
  }
}
