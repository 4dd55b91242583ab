import Host
import Model
import Sighting
import Storage

/// What walks of a tree bring, in an order that does not depend on threads.
struct Walker {
  /// Everything that a walk handed on.
  struct Outcome {
    var reports: [DirectoryReport] = []
    /// Directories that were listed to their ends.
    var whole: Set<PathBytes> = []
    /// Directories that were not, and why.
    var unseen: [PathBytes: String] = [:]

    /// Names of files that are new or not as they were, below the root.
    func files(below root: PathBytes) -> [String] {
      names(below: root) { $0.files.map(\.name) }
    }

    /// Names of known files that are not there any more.
    func gone(below root: PathBytes) -> [String] { names(below: root) { $0.goneNames } }

    /// The file of a name.
    func file(_ name: String) -> SeenFile? {
      reports.flatMap(\.files).first { $0.name.elementsEqual(name.utf8) }
    }

    /// Files that are as they were.
    var unchangedCount: Int { reports.reduce(0) { $0 + $1.unchangedCount } }

    /// Problems that were met.
    var problems: [ScanProblem] { reports.flatMap(\.problems) }

    private func names(
      below root: PathBytes, _ names: (DirectoryReport) -> [[UInt8]]
    ) -> [String] {
      reports.flatMap { report in
        names(report).map {
          String(
            decoding: report.path.appending($0[...]).bytes.dropFirst(root.bytes.count + 1),
            as: UTF8.self)
        }
      }.sorted()
    }
  }

  let root: PathBytes
  var rules = WalkRules()
  var known: [PathBytes: KnownDirectory] = [:]
  /// The roots of other pools.
  var roots: Set<PathBytes> = []
  var rereads = false
  /// A database of which nothing is an image.
  var database: PathBytes = "/nowhere/at/all/db.sqlite"
  /// The one name that is looked at.
  var onlyName: String?
  /// The file system of the root, where the walk begins below it.
  var rootFilesystem: String?

  init(_ root: PathBytes) { self.root = root }

  func run() throws -> Outcome {
    let mounts = try MountTable.current()
    let results = BoundedQueue<WalkResult>(capacity: 10_000)
    let known = known
    let walk = DirectoryWalk(
      rules: rules, known: { known[$0] ?? KnownDirectory() }, mounts: mounts,
      filesystems: FileSystemIdentity(mounts: mounts),
      files: FileReading(rereads: rereads, locks: LockTable(parsing: []), isStopped: { false }),
      roots: roots.union([root]), own: try OwnFiles(of: database), results: results)
    let task = DirectoryTask(
      path: root, canonicalPath: root, poolPath: root, rootFilesystem: rootFilesystem,
      parentFilesystem: nil, onlyName: onlyName.map { Array($0.utf8) })
    WorkCrew(size: 2).drain(
      [.directory(task)], begin: { WalkCost() },
      worker: { cost, work, others in walk.perform(work, &cost, others) }, end: { _ in })
    results.close()
    return try outcome(of: results)
  }

  private func outcome(of results: BoundedQueue<WalkResult>) throws -> Outcome {
    var outcome = Outcome()
    while let result = results.take() {
      switch result {
      case .report(let report): outcome.reports.append(report)
      case .whole(let path): outcome.whole.insert(path)
      case .unseen(let path, _, let reason): outcome.unseen[path] = reason
      case .failed(let fault): throw fault
      }
    }
    return outcome
  }
}

extension KnownDirectory {
  /// What a scan would know of the directory of one report, whose images have numbers from 1 on.
  init(after report: DirectoryReport) {
    self.init(
      report.files.map { (String(decoding: $0.name, as: UTF8.self), $0.signature) },
      on: report.filesystem)
  }

  /// Files by name, and what they are compared by.
  init(_ files: [(name: String, signature: Int64)], on filesystem: String? = nil) {
    self.init()
    var names: [UInt8] = []
    var ends: [Int] = []
    let sorted = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for file in sorted {
      names += Array(file.name.utf8)
      ends.append(names.count)
    }
    take(
      sorted.enumerated().map {
        File(image: Int64($0.offset) + 1, signature: $0.element.signature)
      }, names: names, ends: ends)
    self.filesystem = filesystem
  }
}
