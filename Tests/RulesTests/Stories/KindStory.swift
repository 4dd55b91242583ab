import DiskImage
import Model
import ScriptedNights
import Sighting
import Testing

/// What a kind of finding is about, as nights of a pool: one on which all is right, one that opens a finding, one that
/// closes it again, and one that looks like the second and is harmless.
struct KindStory: Sendable, CustomTestStringConvertible {
  let kind: FindingKind
  /// The image's name, or the machine's.
  let subject: String
  let well: Night
  let ill: Night
  /// What closes it; `well` where that is the same.
  var healed: Night?
  let harmless: Night
  /// The whole sentence.
  let message: String
  /// Whether only a change tells, so that a first scan has nothing to say.
  var isOfChange = false
  /// What is found beside it, of which this story is not.
  var besides: [String] = []

  var testDescription: String { kind.rawValue }

  static let all = links + formats + headers + bases + disks + metadata + chains
}

/// What one scan sees.
struct Night: Sendable {
  var files: @Sendable (ScriptedPool) -> [SeenFile] = { _ in [] }
  var gone: [String] = []
  /// `nil`: nobody was asked for machines.
  var machines: [SeenDomain]?
  var maxDepth: Int64 = 16
  /// Paths of which this scan could not see what is there.
  var unseen: Set<PathBytes> = []
  /// Paths outside the pool that are there.
  var outside: Set<PathBytes> = []
  var unreadable: Set<PathBytes> = []
  /// What guests see of bases, by their names.
  var contents: [String: UInt64] = [:]
  var queries: [SavedQuery] = []
}

extension ScriptedPool {
  func live(_ night: Night) throws {
    outside = night.outside
    unreadable = night.unreadable
    queries = night.queries
    for (name, content) in night.contents { contents[Self.inode(name)] = content }
    try scan(
      night.files(self), gone: night.gone, unseen: night.unseen, domains: night.machines,
      maxDepth: night.maxDepth)
  }

  /// A night on which nothing is new.
  func sleep(after night: Night) throws {
    var quiet = night
    quiet.files = { _ in [] }
    quiet.gone = []
    try live(quiet)
  }

  /// An image that is the same file in every night.
  func disk(
    _ name: String, on backing: String? = nil, format: String? = "qcow2", at time: Int64 = 1000,
    _ change: (inout ImageFacts) -> Void = { _ in }
  ) -> SeenFile {
    var file = image(
      name, backing: backing, format: format, inode: Self.inode(name), change)
    (file.modified, file.changed, file.signature) = (time, time, time)
    return file
  }

  /// A raw disk, by its name.
  func raw(_ name: String) -> SeenFile {
    var file = disk(name) { $0 = ImageFacts(format: .raw) }
    file.hasDiskName = true
    return file
  }

  private static func inode(_ name: String) -> UInt64 {
    name.utf8.reduce(7) { ($0 &* 31 &+ UInt64($1)) % 1_000_003 } + 10_000
  }
}

/// What machines say.
enum Said {
  static func machine(
    _ name: String, _ references: [SeenDomain.Reference], isRunning: Bool = false
  ) -> SeenDomain {
    let document = references.first?.use.document ?? .definition
    return SeenDomain(
      name: name, uuid: nil, source: references.first?.use.source ?? "/etc/libvirt/qemu/none.xml",
      document: document, isRunning: isRunning, references: references)
  }

  /// A disk of a machine.
  static func disk(
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
  var document: Document { documents.first ?? .definition }
  var source: PathBytes { PathBytes(sources.first ?? "/") }
}
