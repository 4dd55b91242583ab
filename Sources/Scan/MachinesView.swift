internal import Host
internal import Inventory
internal import Machines
internal import Model

/// What all sources of machines say, read once.
struct MachinesView {
  /// What they say together.
  private(set) var report = DomainReport()
  /// What could not be read of them.
  private(set) var problems: [ProblemAnswer] = []
  /// What became of each of them, in the order in which they were asked for.
  private(set) var sources: [MachineSourceOutcome] = []
  /// Whether they say together which machines there are.
  private(set) var saysWhich = false

  /// Reads every source that is asked for; `nil` where none is.
  /// - Throws: `ScanRefusal` for one that is not there and of which nothing is known.
  init?(reading request: ScanRequest, libvirt: LibvirtView?, known: KnownInventory) throws {
    guard libvirt != nil || !request.machines.isEmpty else { return nil }
    if let libvirt {
      report = libvirt.report
      problems = libvirt.problems
      sources = libvirt.sources
      saysWhich = true
    }
    for asked in request.machines { try add(asked, known) }
  }

  private mutating func add(_ asked: ScanRequest.Machines, _ known: KnownInventory) throws {
    let reading = try asked.source().read()
    if reading.isMissing, asked.isArgument, try !known.hasDomains(below: asked.path) {
      throw ScanRefusal.nothingThere(asked.path)
    }
    let parts = reading.machines.flatMap { SeenDomain.parts(of: $0, from: asked.kind) }
    report.domains += parts
    report.covered.formUnion(reading.covered)
    report.coveredTrees.formUnion(reading.coveredTrees)
    report.unseen.formUnion(reading.unseen)
    problems += reading.problems.map { ProblemAnswer(filename: $0.path, message: $0.message) }
    let names = Set(parts.filter { $0.kind != Machine.keeper }.map(DomainName.init))
    let isUnavailable = reading.isMissing || (names.isEmpty && !reading.problems.isEmpty)
    sources.append(
      MachineSourceOutcome(
        source: asked.path, kind: asked.kind.rawValue, machines: names.count,
        state: isUnavailable ? .unavailable : reading.problems.isEmpty ? .complete : .partial,
        reason: reading.problems.first.map { problem in
          problem.path == asked.path
            ? problem.message : "'\(problem.path.displayText)': \(problem.message)"
        }))
    if asked.kind != .running { saysWhich = true }
  }
}

/// What tells one machine of a source from the others of it.
struct DomainName: Hashable {
  private let uuid: String?
  private let identity: String
  private let kind: String

  init(_ part: SeenDomain) {
    uuid = part.uuid
    identity = part.identity ?? part.name
    kind = part.kind
  }
}

extension ScanRequest.Machines {
  /// Who reads it.
  fileprivate func source() throws(HostFault) -> any MachineSource {
    switch kind {
    case .proxmox: ProxmoxSource(path: path, hostName: try HostIdentity.current().name)
    case .running: RunningSource(path: path)
    case .list, .libvirt, .domains: ListSource(path: path)
    }
  }
}
