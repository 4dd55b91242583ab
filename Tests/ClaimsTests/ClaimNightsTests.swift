import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Machines, images and what they name, as sets: it knows no database, and remembers what led where.
private struct ClaimModel {
  /// What stands, by inode: its name.
  var live: [UInt64: String] = [:]
  /// What an image, or a machine, names, as long as it is there.
  var bases: [UInt64: String] = [:]
  var disks: [String: String] = [:]
  /// Images that references led to, in order.
  private var imageHistory: [UInt64: [UInt64]] = [:]
  private var diskHistory: [String: [UInt64]] = [:]
  private var nextInode: UInt64 = 1000
  private var nextMachine = 0

  private var freshName: Range<Int> { 0..<12 }

  /// Does something that people do in a night; no name and no image twice in one night.
  mutating func step(_ numbers: inout SeededNumbers, _ busy: inout Set<String>) {
    let name = "n\(Int.random(in: freshName, using: &numbers))"
    let some = live.keys.sorted().randomElement(using: &numbers)
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0...3: make(name, &numbers, &busy)
    case 4, 5:
      guard let some, let old = live[some], !live.values.contains(name),
        busy.isDisjoint(with: [old, name])
      else { return }
      busy.formUnion([old, name])
      live[some] = name
    case 6, 7:
      guard let some, let old = live[some], busy.insert(old).inserted else { return }
      live[some] = nil
    case 8:
      nextMachine += 1
      disks["m\(nextMachine)"] = name
    default:
      if let gone = disks.keys.sorted().randomElement(using: &numbers) {
        disks[gone] = nil
        diskHistory[gone] = nil
      }
    }
  }

  private mutating func make(
    _ name: String, _ numbers: inout SeededNumbers, _ busy: inout Set<String>
  ) {
    guard !live.values.contains(name), busy.insert(name).inserted else { return }
    nextInode += 1
    live[nextInode] = name
    let base = "n\(Int.random(in: freshName, using: &numbers))"
    if base != name, Int.random(in: 0..<10, using: &numbers) < 7 { bases[nextInode] = base }
  }

  private func image(named name: String) -> UInt64? { live.first { $0.value == name }?.key }

  private func target(of image: UInt64) -> UInt64? {
    live[image] == nil ? nil : bases[image].flatMap { self.image(named: $0) }
  }

  /// Takes note of where everything leads tonight.
  mutating func sleep() {
    for image in live.keys {
      if let target = target(of: image) { imageHistory[image, default: []].append(target) }
    }
    for (machine, disk) in disks {
      if let target = image(named: disk) { diskHistory[machine, default: []].append(target) }
    }
  }

  /// What machines reach.
  var reached: Set<UInt64> {
    below(disks.values.compactMap { image(named: $0) })
  }

  /// All that images stand on, and they themselves.
  private func below(_ tops: some Sequence<UInt64>) -> Set<UInt64> {
    var found: Set<UInt64> = []
    var waiting = Array(tops)
    while let next = waiting.popLast() {
      guard found.insert(next).inserted else { continue }
      if let base = target(of: next) { waiting.append(base) }
    }
    return found
  }

  /// Images that may be needed and are not reached: by number, by name, below what is lost, and under these.
  var mayBeNeeded: Set<UInt64> {
    var wanted: Set<UInt64> = []
    var names: [(name: String, holder: UInt64?)] = []
    for (image, base) in bases where live[image] != nil {
      let history = imageHistory[image] ?? []
      let now = target(of: image)
      if now == nil { names.append((base, image)) }
      let past = now == nil ? [history.first, history.last] : [history.first]
      wanted.formUnion(past.compactMap { $0 }.filter { $0 != now && $0 != image })
    }
    for (machine, disk) in disks where image(named: disk) == nil {
      names.append((disk, nil))
      if let last = diskHistory[machine]?.last { wanted.insert(last) }
    }
    var lost = wanted.filter { live[$0] == nil }
    var known: Set<UInt64> = []
    while let next = lost.popFirst() {
      guard known.insert(next).inserted, let base = imageHistory[next]?.last else { continue }
      wanted.insert(base)
      if live[base] == nil { lost.insert(base) }
    }
    let named = live.filter { image in
      names.contains { $0.name == image.value && $0.holder != image.key }
    }
    let standing = wanted.filter { live[$0] != nil }
    return below(standing.union(named.keys)).subtracting(reached)
  }
}

@Suite struct ClaimNightsTests {
  private func domain(_ name: String, _ disk: String) -> SeenDomain {
    let source = PathBytes("/etc/libvirt/qemu/\(name).xml".utf8)
    var use = DomainUse(document: .definition, source: source, part: "source")
    use.target = "vda"
    use.device = "disk"
    var target = ReferenceTarget()
    target.path = ScriptedPool.root.appending(disk.utf8).bytes
    return SeenDomain(
      name: name, uuid: nil, source: source, document: .definition, isRunning: false,
      references: [.init(role: .disk, target: target, format: "qcow2", use: use)])
  }

  /// No image is a copy of another: each has a header of its own.
  private func image(_ pool: ScriptedPool, _ inode: UInt64, _ model: ClaimModel) -> SeenFile {
    pool.image(model.live[inode] ?? "", backing: model.bases[inode], inode: inode) {
      $0.virtualSize = inode << 20
    }
  }

  /// Where a cause says that something stands now, and what a repair may put in its place, is no orphan.
  private func checkRepairs(
    _ pool: ScriptedPool, _ tonight: [Orphan], _ when: String
  ) throws {
    let view = try pool.view()
    let orphans = tonight.filter { $0.verdict == .orphan }
    let unused = Set(orphans.map(\.filename))
    for finding in try view.findings(kinds: [], pool: nil, since: nil) {
      let places = finding.cause?.nowAt ?? []
      #expect(unused.isDisjoint(with: places), "\(when): \(finding.message)")
    }
    let numbers = Set(orphans.map(\.imageID))
    for link in try view.repairEvidence(kinds: Set(Rule.all.map(\.kind)), images: []).links {
      #expect(numbers.isDisjoint(with: link.candidates.map(\.image)), "\(when): \(link.holder)")
    }
  }

  @Test(arguments: Seeds.first(4))
  func `no image that may be needed is ever unused, then and ever after`(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let pool = try ScriptedPool()
    var model = ClaimModel()
    var told: [UInt64: String] = [:]
    var nights: [[Orphan]] = []
    for number in 1...25 {
      var busy: Set<String> = []
      for _ in 0..<Int.random(in: 1...4, using: &numbers) { model.step(&numbers, &busy) }
      let changed = model.live.filter { told[$0.key] != $0.value }.sorted { $0.key < $1.key }
      let stays = Set(model.live.values)
      try pool.scan(
        changed.map { image(pool, $0.key, model) },
        gone: told.values.filter { !stays.contains($0) },
        domains: model.disks.sorted { $0.key < $1.key }.map { domain($0.key, $0.value) })
      told = model.live
      model.sleep()
      let tonight = try pool.view().orphans(all: true, olderThanMilliseconds: nil)
      let needed = model.mayBeNeeded.compactMap { model.live[$0] }
      for name in needed {
        let said = tonight.first { $0.filename == PathBytes("/pool/\(name)".utf8) }
        #expect(said?.verdict == .awaited, "seed \(seed), night \(number): \(name)")
        #expect(said?.claims.isEmpty == false, "seed \(seed), night \(number): \(name)")
      }
      try checkRepairs(pool, tonight, "seed \(seed), night \(number)")
      nights.append(tonight)
    }
    for (index, then) in nights.enumerated() {
      let again = try pool.view(.number(Int64(index + 1)))
        .orphans(all: true, olderThanMilliseconds: nil)
      #expect(again == then, "seed \(seed), night \(index + 1)")
    }
    #expect(try Inventory(reading: pool.file).verify() == [], "seed \(seed)")
  }
}
