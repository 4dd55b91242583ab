import Database
package import DiskImage
package import Foundation
package import Model
import Query
import Record
package import Rules
package import Sighting
import Workflow

/// What a scan warns of though nothing was done to it.
private struct UnexpectedWarnings: Error { var warnings: [String] }

/// A pool that exists only in a test: nights are told to the inventory, no file is ever made.
package final class ScriptedPool: ScriptedDatabase {
  package static let root: PathBytes = "/pool"

  package let file: PathBytes
  private let folder: URL
  private var night: Int64 = 0
  private var nextInode: UInt64 = 100
  /// What guests see of images, by the numbers of their files; where there are none no base is read.
  package var contents: [UInt64: UInt64] = [:]
  /// Paths that the host would find outside the pool.
  package var outside: Set<PathBytes> = []
  /// What the nights are judged by.
  package var rules = Rule.all
  /// Whether the rows of the first night are written in bulk.
  package var isFirstInBulk = InventoryWriter.isBulkWanted
  /// Paths of which the host could not say what is there.
  package var failing: Set<PathBytes> = []
  /// Paths outside the pool at which something stands that may not be read.
  package var unreadable: Set<PathBytes> = []
  /// What the configuration asks of each night.
  package var queries: [SavedQuery] = []
  /// What it acknowledges, and what it keeps.
  package var acknowledged: [WordRule] = []
  package var kept: [WordRule] = []

  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "backstory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    file = PathBytes(folder.appending(path: "inventory.sqlite").path.utf8)
    try Self.blank.get().write(to: folder.appending(path: "inventory.sqlite"))
  }

  /// A pool of which the same is known as of another, and that goes its own way from here on.
  package init(copying other: ScriptedPool) throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "backstory-\(UUID().uuidString)")
    // With the log beside it, where there is one.
    try FileManager.default.copyItem(at: other.folder, to: folder)
    file = PathBytes(folder.appending(path: "inventory.sqlite").path.utf8)
    (night, nextInode) = (other.night, other.nextInode)
    (contents, outside, failing) = (other.contents, other.outside, other.failing)
    (unreadable, rules, queries) = (other.unreadable, other.rules, other.queries)
    (acknowledged, kept) = (other.acknowledged, other.kept)
  }

  /// A pool of which is known what a database says that another test has made.
  package init(holding database: Data) throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "backstory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    file = PathBytes(folder.appending(path: "inventory.sqlite").path.utf8)
    try database.write(to: folder.appending(path: "inventory.sqlite"))
  }

  /// A database with nothing in it, brought up to date once for all pools of a run: that takes longer than nights.
  private static let blank = Result {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "backstory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "blank.sqlite")
    do {
      let writer = try InventoryWriter(
        writing: PathBytes(file.path.utf8), machineID: "m", hostName: "h")
      _ = writer.isFirst
    }
    return try Data(contentsOf: file)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A file of the pool with a header.
  package func image(
    _ name: String, backing: String? = nil, format: String? = "qcow2", inode: UInt64? = nil,
    _ change: (inout ImageFacts) -> Void = { _ in }
  ) -> SeenFile {
    var facts = ImageFacts(format: .qcow2)
    facts.virtualSize = 1 << 20
    facts.clusterSize = 65536
    if let backing {
      facts.references = [
        StoredReference(
          role: .backing, stored: Array(backing.utf8), recordedFormat: format.map { Array($0.utf8) }
        )
      ]
    }
    change(&facts)
    return seen(name, facts, inode: inode)
  }

  /// A file of the pool that nothing recognises.
  package func plain(_ name: String) -> SeenFile {
    seen(name, ImageFacts(format: .raw), inode: nil)
  }

  private func seen(_ name: String, _ facts: ImageFacts, inode: UInt64?) -> SeenFile {
    nextInode += 1
    let number = inode ?? nextInode
    return SeenFile(
      name: Array(name.utf8), knownImage: nil, inode: number, birthTime: Int64(number),
      mayStandElsewhere: false, fileSize: 196_608, actualSize: 196_608, modified: 1000,
      changed: 1000, signature: 7, isInUse: false, hasDiskName: false,
      header: SeenHeader(facts, digest: Int64(facts.virtualSize ?? 0), in: Self.root))
  }

  /// Nights pass without a scan.
  package func sleep(nights: Int64) { night += nights }

  /// One night: files that are new or changed, names that are gone; everything else is as it was.
  @discardableResult
  package func scan(
    _ files: [SeenFile] = [], gone: [String] = [], state: PoolState = .complete,
    unseen: Set<PathBytes> = [], aliases: [SeenAlias] = [], domains: [SeenDomain]? = nil,
    maxDepth: Int64 = 16, isWalked: Bool = true, ending: Moment? = nil,
    sharedOn type: String? = nil
  ) throws -> ScanResult {
    night += 1
    let writer = try InventoryWriter(
      writing: file, machineID: "m", hostName: "h", rules: rules, inBulk: isFirstInBulk)
    try writer.declare([DeclaredPool(name: "pool", path: Self.root)])
    let known = try writer.known.directory(Self.root)
    var report = DirectoryReport(
      path: Self.root, canonicalPath: Self.root, poolPath: Self.root, filesystem: "uuid:1")
    report.files = files.map { file in
      var file = file
      file.knownImage = known.position(of: file.name[...]).map { known[$0].image }
      return file
    }
    report.goneNames = gone.map { Array($0.utf8) }
    report.aliases = aliases
    if let domains {
      var seen = DomainReport()
      seen.domains = domains
      seen.covered = ["/etc/libvirt/qemu"]
      try writer.stage(seen)
    }
    if state != .unavailable { try writer.stage([report]) }
    var outcome = ScanOutcome(
      started: Moment(milliseconds: night * 86_400_000),
      finished: Moment(milliseconds: night * 86_400_000 + 1000),
      pools: [.init(path: Self.root, state: state, isWalked: isWalked)], maxDepth: maxDepth,
      grace: 2)
    outcome.pools[0].unspoken = type.map { .init(directory: "/pool/x", type: $0) }
    outcome.queries = queries
    outcome.acknowledged = acknowledged
    outcome.kept = kept
    if domains != nil { outcome.domains = .init(problems: []) }
    guard !contents.isEmpty else {
      return try writer.finish(
        outcome, oracle: oracle(unseen), ending: ending.map { moment in { moment } })
    }
    let answer = try writer.finish(
      outcome, oracle: oracle(unseen), newBases: 1000, rereading: read,
      reading: { bases in { self.read(bases) } })
    let warnings = writer.settle()
    guard warnings.isEmpty else { throw UnexpectedWarnings(warnings: warnings) }
    return answer
  }

  private func read(_ bases: [BaseToRead]) -> BaseContents {
    var found = BaseContents()
    for base in bases where base.purpose != .emptiness {
      let inode = base.layers.first?.file.inode ?? 0
      found.contents[base.image] = contents[inode].map { Content(level: 0, sums: [$0]) }
    }
    return found
  }

  private func oracle(_ unseen: Set<PathBytes>) -> PathOracle {
    let outside = outside
    let failing = failing
    let unreadable = unreadable
    return PathOracle(
      landing: { .real($0) },
      presence: { path in
        if unseen.contains(path) { return .unseen }
        if failing.contains(path) { return .failed("cannot be read: input/output error") }
        if unreadable.contains(path) { return .present(path, isReadable: false) }
        return outside.contains(path) ? .present(path, isReadable: true) : .missing
      })
  }
}
