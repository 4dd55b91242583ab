import Database
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Bases and overlays as somebody knows them who looks at the files alone, and forgets nothing.
private struct ModelChains {
  struct Base: Equatable {
    var inode: UInt64
    var content: UInt64
    var time: Int64
  }

  struct Overlay: Equatable {
    var inode: UInt64
    var base: String
    /// What its base held when both were seen first.
    var madeOn: UInt64?
  }

  var bases: [String: Base] = [:]
  var overlays: [String: Overlay] = [:]
  /// What is away, and comes back as it was.
  private var baseAttic: [Base] = []
  private var overlayAttic: [Overlay] = []
  private var next: UInt64 = 1000

  private mutating func fresh() -> UInt64 {
    next += 1
    return next
  }

  private mutating func make() -> Base {
    let number = fresh()
    return Base(inode: number, content: number, time: Int64(number))
  }

  mutating func step(_ numbers: inout SeededNumbers) {
    let name = "b\(Int.random(in: 0..<4, using: &numbers))"
    let other = "b\(Int.random(in: 0..<4, using: &numbers))"
    let overlay = "o\(Int.random(in: 0..<8, using: &numbers))"
    switch Int.random(in: 0..<12, using: &numbers) {
    case 0, 1:
      let made = make()
      if bases[name] == nil { bases[name] = made }
    case 2, 3:
      guard bases[name] != nil, overlays[overlay] == nil else { return }
      let number = fresh()
      overlays[overlay] = Overlay(inode: number, base: name)
    case 4:
      guard bases[name] != nil else { return }
      let number = fresh()
      bases[name]?.content = number
      bases[name]?.time = Int64(number)
    case 5:
      let swapped = bases[name]
      bases[name] = bases[other]
      bases[other] = swapped
    case 6: if let base = bases.removeValue(forKey: name) { baseAttic.append(base) }
    case 7, 8:
      guard let old = baseAttic.randomElement(using: &numbers), bases[name] == nil else { return }
      bases[name] = old
      // The file itself, or a copy of it.
      baseAttic.removeAll { $0 == old }
      let number = fresh()
      if Bool.random(using: &numbers) { bases[name]?.inode = number }
    case 9: if let gone = overlays.removeValue(forKey: overlay) { overlayAttic.append(gone) }
    case 10:
      guard let back = overlayAttic.popLast() else { return }
      if overlays[overlay] == nil { overlays[overlay] = back } else { overlayAttic.append(back) }
    default:
      guard let moved = overlays.removeValue(forKey: overlay) else { return }
      let number = fresh()
      overlays["o\(number)"] = moved
    }
  }

  /// A night on which everything is seen.
  mutating func look() {
    for (name, overlay) in overlays where overlay.madeOn == nil {
      overlays[name]?.madeOn = bases[overlay.base]?.content
    }
  }

  /// Bases that hold something else than one of their overlays was made on.
  var modified: [String] {
    bases.filter { name, base in
      overlays.values.contains { $0.base == name && $0.madeOn != base.content }
    }.keys.sorted()
  }

  /// Overlays by the bases that spoil them.
  func victims(of base: String) -> [String] {
    overlays.filter { $0.value.base == base && $0.value.madeOn != bases[base]?.content }.keys
      .sorted()
  }
}

/// What overlays were made on, over random nights.
@Suite struct FoundationNightsTests {
  private func file(_ name: String, _ base: ModelChains.Base, _ pool: ScriptedPool) -> SeenFile {
    var file = pool.image(name, inode: base.inode)
    (file.modified, file.changed, file.signature) = (base.time, base.time, base.time)
    return file
  }

  private func file(
    _ name: String, _ overlay: ModelChains.Overlay, _ pool: ScriptedPool
  ) -> SeenFile {
    var file = pool.image(name, backing: overlay.base, inode: overlay.inode)
    let time = Int64(overlay.inode)
    (file.modified, file.changed, file.signature) = (time, time, time)
    return file
  }

  @Test(arguments: Seeds.first(6))
  func `a base is modified exactly while an overlay stands on what it was not made on`(
    seed: UInt64
  ) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    pool.contents = [0: 0]
    var model = ModelChains()
    var told = ModelChains()
    var nights: [[String]] = []
    for night in 1...40 {
      for _ in 0..<Int.random(in: 0...4, using: &numbers) { model.step(&numbers) }
      if night > 1, Int.random(in: 0..<8, using: &numbers) == 0 {
        try pool.scan(state: .unavailable)
        nights.append(nights.last ?? [])
        #expect(try findings(pool) == nights.last, "seed \(seed), night \(night)")
        continue
      }
      for base in model.bases.values { pool.contents[base.inode] = base.content }
      let bases = model.bases.filter { told.bases[$0.key] != $0.value }
      let overlays = model.overlays.filter { told.overlays[$0.key]?.inode != $0.value.inode }
      let names = Set(model.bases.keys).union(model.overlays.keys)
      try pool.scan(
        bases.sorted { $0.key < $1.key }.map { file($0.key, $0.value, pool) }
          + overlays.sorted { $0.key < $1.key }.map { file($0.key, $0.value, pool) },
        gone: (Array(told.bases.keys) + Array(told.overlays.keys)).filter { !names.contains($0) })
      model.look()
      told = model
      let (found, wanted) = (try findings(pool), expected(model))
      #expect(found == wanted, "seed \(seed), night \(night): \(model)")
      nights.append(expected(model))
    }
    for (index, then) in nights.enumerated() {
      #expect(try findings(pool, .number(Int64(index + 1))) == then, "seed \(seed), \(index + 1)")
    }
    #expect(try Inventory(reading: pool.file).verify() == [], "seed \(seed)")
  }

  @Test func `a base that nobody may read for a night is held against what was remembered of it`()
    throws
  {
    let pool = try ScriptedPool()
    func night(_ time: Int64, content: UInt64?) throws {
      pool.contents = content.map { [1: $0] } ?? [0: 0]
      var base = pool.image("base", inode: 1)
      (base.modified, base.changed, base.signature) = (time, time, content == nil ? 0 : time)
      if content == nil { base.header = nil }
      try pool.scan([base] + (time == 1 ? [pool.image("top", backing: "base")] : []))
    }
    try night(1, content: 10)
    try night(2, content: nil)
    try night(2, content: 20)
    #expect(try findings(pool) == ["base: top"])
    try night(3, content: nil)
    #expect(try findings(pool) == ["base: top"])
    try night(3, content: 10)
    #expect(try findings(pool) == [])
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  /// Each modified base with its victims.
  private func expected(_ model: ModelChains) -> [String] {
    model.modified.map { "\($0): \(model.victims(of: $0).joined(separator: " "))" }
  }

  private func findings(
    _ pool: ScriptedPool, _ when: When = .latest(back: 0)
  ) throws -> [String] {
    try pool.view(when).findings(kinds: [.baseModified], pool: nil, since: nil).map { finding in
      let victims = finding.victims.map { String(decoding: $0.name, as: UTF8.self) }
      return "\(String(decoding: finding.filename?.name ?? [], as: UTF8.self)): "
        + victims.joined(separator: " ")
    }.sorted()
  }
}
