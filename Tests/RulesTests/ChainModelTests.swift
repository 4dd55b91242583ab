import Database
import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// Random bases beside a model that follows them one by one: which images go round, and which chains are too long.
@Suite struct ChainModelTests {
  /// Each image by its number, and the number of its base.
  private struct Model {
    var bases: [Int: Int]

    /// Images that are reached again from themselves.
    var loops: Set<Int> {
      Set(
        bases.keys.filter { start in
          var (seen, current) = (Set<Int>(), bases[start])
          while let next = current, bases.keys.contains(next), seen.insert(next).inserted {
            if next == start { return true }
            current = bases[next].flatMap { $0 < 0 ? nil : $0 }
          }
          return current == start
        })
    }

    /// Images of the chain from one on; `nil` where it never ends.
    func length(from start: Int) -> Int? {
      var (count, current, seen) = (1, start, Set([start]))
      while let next = bases[current], next >= 0, bases.keys.contains(next) {
        guard seen.insert(next).inserted else { return nil }
        (count, current) = (count + 1, next)
      }
      return count
    }

    func isStoodOn(_ image: Int) -> Bool { bases.values.contains(image) }
  }

  private func file(_ pool: ScriptedPool, _ image: Int, _ base: Int, at time: Int64) -> SeenFile {
    pool.disk("i\(image)", on: base < 0 ? nil : "i\(base)", at: time)
  }

  /// Who is told of, by kind.
  private func told(_ pool: ScriptedPool, _ kind: FindingKind) throws -> Set<Int> {
    Set(
      try pool.view().findings(kinds: [kind], pool: nil, since: nil).compactMap {
        $0.filename.flatMap { Int(String(decoding: $0.name.dropFirst(), as: UTF8.self)) }
      })
  }

  private func check(_ pool: ScriptedPool, _ model: Model, depth: Int, _ when: String) throws {
    #expect(try told(pool, .backingLoop) == model.loops, "\(when)")
    let deep = model.bases.keys.filter { image in
      !model.isStoodOn(image) && (model.length(from: image) ?? 0) > depth
    }
    #expect(try told(pool, .chainTooDeep) == Set(deep), "\(when)")
  }

  @Test(arguments: Seeds.first(2))
  func `night after night those that go round and the tops of what is too long are told`(
    seed: UInt64
  ) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    var model = Model(bases: [:])
    for night in 1...8 {
      var changed: Set<Int> = []
      for _ in 0..<Int.random(in: 1...6, using: &numbers) {
        let image = Int.random(in: 0..<14, using: &numbers)
        model.bases[image] = Int.random(in: -3..<14, using: &numbers)
        changed.insert(image)
      }
      var gone: Set<Int> = []
      if let lost = model.bases.keys.sorted().randomElement(using: &numbers), night > 2 {
        model.bases[lost] = nil
        (changed, gone) = (changed.subtracting([lost]), [lost])
      }
      // Nobody who is not there is gone.
      let standing = night == 1 ? [:] : try pool.stands()
      let names = gone.map { "i\($0)" }.filter { standing["/pool/\($0)"] != nil }
      try pool.scan(
        changed.sorted().map {
          file(pool, $0, model.bases[$0] ?? -1, at: Int64(night) * 1000)
        }, gone: names.sorted(), maxDepth: 3)
      try check(pool, model, depth: 3, "seed \(seed), night \(night)")
    }
  }

  @Test(arguments: Seeds.first(2))
  func `a first scan tells the same, in bulk and not`(seed: UInt64) throws {
    for isBulk in [true, false] {
      var numbers = SeededNumbers(seed: seed)
      let pool = try ScriptedPool()
      pool.isFirstInBulk = isBulk
      var model = Model(bases: [:])
      for image in 0..<30 { model.bases[image] = Int.random(in: -6..<30, using: &numbers) }
      try pool.scan(
        model.bases.sorted { $0.key < $1.key }.map { file(pool, $0.key, $0.value, at: 1) },
        maxDepth: 4)
      try check(pool, model, depth: 4, "seed \(seed)")
    }
  }

  @Test func `another depth judges every chain anew, once`() throws {
    let pool = try ScriptedPool()
    let model = Model(bases: [0: 1, 1: 2, 2: 3, 3: -1, 5: 6, 6: -1])
    let files = model.bases.sorted { $0.key < $1.key }.map {
      file(pool, $0.key, $0.value, at: 1)
    }
    try pool.scan(files, maxDepth: 4)
    try check(pool, model, depth: 4, "as allowed")
    for depth in [3, 1, 9] {
      try pool.scan(maxDepth: Int64(depth))
      try check(pool, model, depth: depth, "depth \(depth)")
    }
  }
}
