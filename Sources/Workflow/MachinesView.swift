internal import Database
internal import Host
internal import Machines
internal import Model
internal import Record
internal import Sighting
internal import Storage

/// What all sources of machines say, read once.
struct MachinesView {
  /// What they say together.
  private(set) var report = DomainReport()
  /// What could not be read of them.
  private(set) var problems: [ScanProblem] = []
  /// What became of each of them, in the order in which they were asked for.
  private(set) var sources: [MachineSourceOutcome] = []
  /// Whether they say together which machines there are.
  private(set) var saysWhich = false
  /// What does not make the view less whole and should be known, in sentences.
  private(set) var warnings: [String] = []

  /// Sources that an earlier scan read, and nobody asked for now.
  private(set) var unasked: [MachineSourcePlace] = []

  /// The sources that could be read, in whole or in part, and say which machines there are.
  var read: [MachineSourcePlace] {
    sources.filter { source in
      source.state != .unavailable && source.kind != MachineSourceKind.running.rawValue
        // libvirt is on hosts whose machines others keep.
        && (source.kind != MachineSourceKind.libvirt.rawValue || source.machines > 0)
    }.map { MachineSourcePlace(kind: $0.kind, path: $0.source) }
  }

  /// Whether anybody said anything of machines, or should have.
  var isAsked: Bool { saysWhich || !sources.isEmpty }

  /// Reads every source that is asked for.
  /// - Throws: `ScanRefusal` for one that is not there and of which nothing is known.
  init(reading request: ScanRequest, libvirt: LibvirtView?, known: KnownInventory) throws {
    if let libvirt {
      report = libvirt.report
      problems = libvirt.problems
      sources = libvirt.sources
      saysWhich = libvirt.saysWhich
      if !saysWhich, !sources.isEmpty {
        warnings.append(
          "libvirt's files define no machine, which does not say that there is none: no image is called an orphan; to declare it use --machines none"
        )
      }
    }
    for asked in request.machines { try add(asked, request, known) }
    if saysWhich { unasked = missing(of: try known.machineSources()) }
    warnings += unasked.map { place in
      "the machines of '\(place.path.displayText)' (\(place.kind)) were read before and not asked for now: what they use is kept, and no image is called an orphan; to let go of them: backstory machines --forget PATH"
    }
    if !saysWhich, request.machines.contains(where: { $0.origin == .search && $0.kind != .running })
    {
      warnings.append(
        "this host has no files of libvirt or another known product, so its machines are unknown; name a source with --machines KIND=PATH"
      )
    }
  }

  private mutating func add(
    _ asked: ScanRequest.Machines, _ request: ScanRequest, _ known: KnownInventory
  ) throws {
    var reading = try asked.reading(in: request)
    // A directory that is there with nothing in it, where nobody asked for it, is none of this host's sources.
    if asked.origin == .search, reading.emptiness != nil, try !known.hasDomains(below: asked.path) {
      return
    }
    // Who says that there are no other machines says so of an empty directory, too; not of one with other files.
    if let emptiness = reading.emptiness,
      reading.passedOverCount > 0 || request.libvirt?.hasNoOthers != true
    {
      reading.note(asked.path, emptiness)
    }
    if reading.isMissing, try !known.hasDomains(below: asked.path) {
      switch asked.origin {
      case .argument: throw ScanRefusal.nothingThere(asked.path)
      case .configuration: break
      case .search: return
      }
    }
    let parts = reading.machines.flatMap { SeenDomain.parts(of: $0, from: asked.kind) }
    report.domains += parts
    report.covered.formUnion(reading.covered)
    report.coveredTrees.formUnion(reading.coveredTrees)
    report.unseen.formUnion(reading.unseen)
    let outcome = Self.outcome(asked, parts, reading)
    sources.append(outcome)
    if asked.kind != .running { saysWhich = true }
    guard asked.origin == .search, asked.kind == .running else {
      problems += reading.problems.map { ScanProblem(filename: $0.path, message: $0.message) }
      return
    }
    // Nobody asked for processes, and they only add to what others say.
    if let reason = outcome.reason {
      warnings.append(
        "some QEMU processes could not be inspected: \(reason); open files count as far as they were seen"
      )
    }
  }

  /// The known sources that none of this scan's is, by whatever path.
  private func missing(of known: [MachineSourcePlace]) -> [MachineSourcePlace] {
    let asked = Set(sources.map { Place($0.kind, $0.source) })
    return known.filter { !asked.contains(Place($0.kind, $0.path)) }
  }

  /// A source without the symbolic links that lead to it.
  private struct Place: Hashable {
    let kind: String
    let path: PathBytes

    init(_ kind: String, _ path: PathBytes) {
      self.kind = kind
      self.path = path.withoutLinks
    }
  }

  private static func outcome(
    _ asked: ScanRequest.Machines, _ parts: [SeenDomain], _ reading: MachineReading
  ) -> MachineSourceOutcome {
    let names = Set(parts.filter { $0.kind != Machine.keeper }.map(DomainName.init))
    let isUnavailable = reading.isMissing || (names.isEmpty && !reading.problems.isEmpty)
    return MachineSourceOutcome(
      source: asked.path, kind: asked.kind.rawValue, machines: names.count,
      state: isUnavailable ? .unavailable : reading.problems.isEmpty ? .complete : .partial,
      reason: reading.problems.first.map { problem in
        problem.path == asked.path
          ? problem.message : "'\(problem.path.displayText)': \(problem.message)"
      })
  }
}

extension PathBytes {
  /// The path without symbolic links. A path that cannot be followed stays as it is.
  fileprivate var withoutLinks: PathBytes {
    do throws(HostFault) { return try pathAsFarAsThere(self) } catch { return self }
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
  /// What the source says.
  fileprivate func reading(in request: ScanRequest) throws(HostFault) -> MachineReading {
    if kind == .proxmox { return try clusterReading() }
    return kind.reading(
      at: kind.namesMachinesByPath ? path.withoutLinks : path, besides: others(in: request),
      seenAs: request.outlooks.map(\.path))
  }

  /// The paths of other sources of the kind.
  private func others(in request: ScanRequest) -> [PathBytes] {
    request.machines.filter { $0.kind == kind && $0.path != path }.map(\.path)
  }

  /// A cluster's files stand in a directory, or in a database that is a copy of what the directory shows.
  private func clusterReading() throws(HostFault) -> MachineReading {
    let host = try HostIdentity.current().name
    let kind: FileKind?
    do throws(HostFault) { kind = try statusIfThere(ofPath: path, followingLink: true)?.kind } catch
    {
      // Whoever reads it says why not.
      kind = nil
    }
    guard kind == .regular else { return ProxmoxSource(path: path, hostName: host).read() }
    let stored = ClusterDatabase.files(in: path)
    var tree = StoredTree()
    for file in stored.files { tree.insert(file.bytes, at: file.names) }
    var reading = ProxmoxSource(path: path, hostName: host, tree: tree).read()
    // Where nothing could be read it is no wonder that nothing is in it.
    if stored.files.isEmpty, !stored.problems.isEmpty {
      (reading.problems, reading.isMissing) = ([], false)
    }
    for problem in stored.problems { reading.note(path, problem) }
    return reading
  }
}
