import DiskImage
import Model
package import Rules
package import Sighting

/// Random nights of a pool and of two machines: images come, go, move, grow, get other bases; some nights see nothing,
/// or only a part.
package struct RandomHistory {
  package let pool: ScriptedPool
  /// What each image of the pool was told as after each night, by name; `nil` for a night that did not look.
  package private(set) var nights: [[String: File]?] = []

  package struct File: Equatable {
    package var inode: UInt64
    package var backing: String?
    package var format: String?
    package var virtualSize: UInt64 = 1 << 20
    package var actualSize: UInt64 = 1 << 16
    package var isInUse = false
    package var modified: Int64 = 1
  }

  private var files: [String: File] = [:]
  /// What the last scan that looked was told of.
  private var told: [String: File] = [:]
  private var nextInode: UInt64 = 1000
  private var machines: [(disk: String, isRunning: Bool)?] = [nil, nil]

  /// So many nights from a seed; `after` is called after each.
  package init(
    seed: UInt64, nights count: Int = 30, rules: [Rule] = Rule.all,
    after: (ScriptedPool) throws -> Void = { _ in }
  ) throws {
    pool = try ScriptedPool()
    pool.rules = rules
    var numbers = SeededNumbers(seed: seed)
    for number in 1...count {
      for _ in 0..<Int.random(in: 0...6, using: &numbers) { step(&numbers) }
      let isBlind = number > 1 && Int.random(in: 0..<6, using: &numbers) == 0
      if isBlind {
        try pool.scan(state: .unavailable)
        nights.append(nil)
        try after(pool)
        continue
      }
      let areMachinesAsked = Int.random(in: 0..<4, using: &numbers) != 0
      try look(domains: areMachinesAsked ? machinesTonight : nil)
      nights.append(files)
      try after(pool)
    }
  }

  private mutating func look(domains: [SeenDomain]?) throws {
    let changed = files.filter { told[$0.key] != $0.value }
    try pool.scan(
      changed.sorted { $0.key < $1.key }.map { seen($0.key, $0.value, in: pool) },
      gone: told.keys.filter { files[$0] == nil }.sorted(), domains: domains)
    told = files
  }

  /// One more night, on which nothing happens, and that sees all that there is.
  package mutating func lookAtAll() throws { try look(domains: machinesTonight) }

  /// All that stands now, for a scan of another pool.
  package func standing(in pool: ScriptedPool) -> [SeenFile] {
    files.sorted { $0.key < $1.key }.map { seen($0.key, $0.value, in: pool) }
  }

  private mutating func step(_ numbers: inout SeededNumbers) {
    let names = files.keys.sorted()
    let fresh = "n\(Int.random(in: 0..<12, using: &numbers))"
    guard let some = names.randomElement(using: &numbers) else { return create(fresh, nil) }
    switch Int.random(in: 0..<12, using: &numbers) {
    case 0, 1: create(fresh, some)
    case 2: create(fresh, nil)
    case 3: files[fresh] = files.removeValue(forKey: some)
    case 4: files[some] = nil
    case 5: write(some) { $0.backing = names.randomElement(using: &numbers) }
    case 6: write(some) { $0.format = $0.format == nil ? "qcow2" : nil }
    case 7: write(some) { $0.virtualSize <<= 1 }
    case 8: write(some) { $0.actualSize = UInt64.random(in: 1...9, using: &numbers) << 16 }
    case 9: files[some]?.isInUse.toggle()
    case 10:
      let index = Int.random(in: 0..<2, using: &numbers)
      machines[index] = machines[index] == nil ? (disk: some, isRunning: false) : nil
    default:
      let index = Int.random(in: 0..<2, using: &numbers)
      machines[index]?.isRunning.toggle()
    }
  }

  private mutating func write(_ name: String, _ change: (inout File) -> Void) {
    guard var file = files[name] else { return }
    change(&file)
    file.modified += 1
    files[name] = file
  }

  private mutating func create(_ name: String, _ backing: String?) {
    nextInode += 1
    files[name] = File(inode: nextInode, backing: backing, format: "qcow2")
  }

  private func seen(_ name: String, _ file: File, in pool: ScriptedPool) -> SeenFile {
    var seen = pool.image(
      name, backing: file.backing, format: file.format, inode: file.inode
    ) { $0.virtualSize = file.virtualSize }
    // A header that says something else is another one.
    let digest = "\(file)".utf8.reduce(into: Int64(5381)) { $0 = $0 &* 33 &+ Int64($1) }
    seen.header = seen.header.map { SeenHeader($0.facts, digest: digest, in: ScriptedPool.root) }
    seen.actualSize = file.actualSize
    seen.fileSize = max(file.actualSize, 196_608)
    seen.isInUse = file.isInUse
    seen.modified = file.modified * 1_000_000_000
    seen.changed = seen.modified
    return seen
  }

  /// What the machines say now.
  package var machinesTonight: [SeenDomain] {
    machines.enumerated().flatMap { number, machine -> [SeenDomain] in
      guard let machine else { return [] }
      return [.definition, machine.isRunning ? .live : nil].compactMap { $0 }.map {
        ScriptedPool.machine("m\(number)", disk: machine.disk, $0)
      }
    }
  }
}

extension ScriptedPool {
  /// A machine with one disk, as one document says it.
  package static func machine(
    _ name: String, disk: String, _ document: DomainUse.Document = .definition
  ) -> SeenDomain {
    let folder = document == .live ? "/etc/libvirt/qemu/live" : "/etc/libvirt/qemu"
    let source = PathBytes("\(folder)/\(name).xml".utf8)
    var use = DomainUse(document: document, source: source, part: "source")
    use.target = "vda"
    use.device = "disk"
    var target = ReferenceTarget()
    target.path = root.appending(disk.utf8).bytes
    return SeenDomain(
      name: name, uuid: nil, source: source, document: document, isRunning: document == .live,
      references: [.init(role: .disk, target: target, format: "qcow2", use: use)])
  }
}
