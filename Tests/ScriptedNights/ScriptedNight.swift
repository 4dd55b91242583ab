package import DiskImage
package import Model
package import Sighting

/// What one scan sees.
package struct ScriptedNight: Sendable {
  package var files: @Sendable (ScriptedPool) -> [SeenFile] = { _ in [] }
  package var gone: [String] = []
  /// `nil`: nobody was asked for machines.
  package var machines: [SeenDomain]?
  package var maxDepth: Int64 = 16
  /// Paths of which this scan could not see what is there.
  package var unseen: Set<PathBytes> = []
  /// Paths outside the pool that are there.
  package var outside: Set<PathBytes> = []
  package var unreadable: Set<PathBytes> = []
  /// What guests see of bases, by their names.
  package var contents: [String: UInt64] = [:]
  package var queries: [SavedQuery] = []

  package init(
    files: @escaping @Sendable (ScriptedPool) -> [SeenFile] = { _ in [] }, gone: [String] = [],
    machines: [SeenDomain]? = nil, maxDepth: Int64 = 16, unseen: Set<PathBytes> = [],
    outside: Set<PathBytes> = [], unreadable: Set<PathBytes> = [],
    contents: [String: UInt64] = [:], queries: [SavedQuery] = []
  ) {
    self.files = files
    self.gone = gone
    self.machines = machines
    self.maxDepth = maxDepth
    self.unseen = unseen
    self.outside = outside
    self.unreadable = unreadable
    self.contents = contents
    self.queries = queries
  }
}

extension ScriptedPool {
  package func live(_ night: ScriptedNight) throws {
    outside = night.outside
    unreadable = night.unreadable
    queries = night.queries
    for (name, content) in night.contents { contents[Self.inode(name)] = content }
    try scan(
      night.files(self), gone: night.gone, unseen: night.unseen, domains: night.machines,
      maxDepth: night.maxDepth)
  }

  /// A night on which nothing is new.
  package func sleep(after night: ScriptedNight) throws {
    var quiet = night
    quiet.files = { _ in [] }
    quiet.gone = []
    try live(quiet)
  }

  /// An image that is the same file in every night.
  package func disk(
    _ name: String, on backing: String? = nil, format: String? = "qcow2", at time: Int64 = 1000,
    _ change: (inout ImageFacts) -> Void = { _ in }
  ) -> SeenFile {
    var file = image(
      name, backing: backing, format: format, inode: Self.inode(name), change)
    (file.modified, file.changed, file.signature) = (time, time, time)
    return file
  }

  /// A raw disk, by its name.
  package func raw(_ name: String) -> SeenFile {
    var file = disk(name) { $0 = ImageFacts(format: .raw) }
    file.hasDiskName = true
    return file
  }

  private static func inode(_ name: String) -> UInt64 {
    name.utf8.reduce(7) { ($0 &* 31 &+ UInt64($1)) % 1_000_003 } + 10_000
  }
}

/// What machines say.
package enum Said {
  package static func machine(
    _ name: String, _ references: [SeenDomain.Reference], isRunning: Bool = false
  ) -> SeenDomain {
    let document = references.first?.use.document ?? .definition
    return SeenDomain(
      name: name, uuid: nil, source: references.first?.use.source ?? "/etc/libvirt/qemu/none.xml",
      document: document, isRunning: isRunning, references: references)
  }

  /// A disk of a machine.
  package static func disk(
    _ name: String, of machine: String = "web", format: String? = "qcow2", level: Int = 0,
    role: ReferenceRole = .disk, part: String = "source",
    document: DomainUse.Document = .definition, file: String? = nil,
    _ change: (inout DomainUse) -> Void = { _ in }
  ) -> SeenDomain.Reference {
    let folder =
      document == .live
      ? "/etc/libvirt/qemu/live"
      : document == .snapshot
        ? "/etc/libvirt/qemu/snapshot/\(machine)" : "/etc/libvirt/qemu"
    let source = PathBytes("\(folder)/\(file ?? machine).xml")
    var use = DomainUse(document: document, source: source, part: part)
    use.target = "vda"
    use.device = "disk"
    use.level = level
    change(&use)
    var target = ReferenceTarget(type: .file)
    target.path = Array((name.hasPrefix("/") ? name : "/pool/\(name)").utf8)
    return .init(role: role, target: target, format: format, use: use)
  }
}

extension DomainUse {
  fileprivate var document: Document { documents.first ?? .definition }
  fileprivate var source: PathBytes { PathBytes(sources.first ?? "/") }
}
