import ArgumentParser
import Configuration
import Host
import Model
import Presentation
import Storage
import Workflow

/// `backstory scan [PATH…]`
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scans directories of images and records what is there.",
    discussion: """
      backstory scan /var/lib/libvirt/images
      backstory scan --pool default=/var/lib/libvirt/images --pool backup=/mnt/backup
      backstory scan --libvirt
      backstory scan

      Without a path, the configured pools are scanned; without a configuration, every pool that \
      was scanned before. Images are opened read-only.

      Exit code 3: something could not be scanned; its last known state is kept.
      """)

  @Argument(help: "Directories of images, or one image.")
  var paths: [String] = []

  @Option(
    name: .customLong("pool"),
    help: ArgumentHelp("A pool's name and directory.", valueName: "name=path"))
  var named: [String] = []

  @Option(
    name: .customLong("exclusive"),
    help: ArgumentHelp(
      "Declare that no other host uses this pool, although its file system (nfs, ceph, …) allows it; may be repeated.",
      valueName: "pool"))
  var exclusive: [String] = []

  @OptionGroup var libvirt: LibvirtOptions

  @Option(
    name: .customLong("exclude"),
    help: ArgumentHelp("Skip names or paths that match.", valueName: "glob"))
  var excludes: [String] = []

  @Flag(inversion: .prefixedNo, help: "Stay on each pool's file system.")
  var oneFileSystem: Bool?

  @Flag(
    help: "Accept pools that are on another file system than in the last scan.")
  var newFilesystem = false

  @Option(help: "The number of threads that may wait for the disk. (default: 64)")
  var jobs: Int?

  @Flag(help: "Read every image again, including unchanged ones.")
  var reread = false

  @Option(help: "The most images that a chain may have. (default: 16)")
  var maxDepth: Int64?

  @Option(help: "Complete scans before an unused image is an orphan. (default: 2)")
  var grace: Int64?

  @Option(
    help: ArgumentHelp(
      "The least time between the first and the last of them: 0h, 12h, 2d. (default: 12h)",
      valueName: "age"))
  var graceAge: Age?

  @Flag(help: "Wait for another running scan to end.")
  var wait = false

  @Flag(help: "Print what the scan cost: files per second, bytes, system calls and times.")
  var stats = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is \(jobs); it must be 1 to 1024")
    }
    if let maxDepth, maxDepth < 1 {
      throw ValidationError("--max-depth is \(maxDepth); it must be at least 1")
    }
    if let grace, grace < 1 { throw ValidationError("--grace is \(grace); it must be at least 1") }
    _ = try pools()
    _ = try libvirt.request(escaped: escaped.escaped)
  }

  mutating func run() throws {
    // The database holds references as they are stored, with the secrets in them.
    Account.keepNewFilesPrivate()
    let file = try database.fileToWrite()
    let progress = ProgressLine()
    let scan = Scan(try request(), database: file, stop: try StopSignal())
    defer { progress.clear() }
    var answer = try scan.run { progress.show($0) }
    if !stats { answer.statistics = nil }
    progress.clear()
    Console.warn(answer.warnings)
    try output.show(.scan(answer), isAnswer: false)
    if answer.scan.state == .partial { throw ExitStatus.partial }
  }

  /// What is looked at is what the command line says, or else what the configuration says; how it is
  /// looked at, each option decides for itself.
  private func request() throws -> ScanRequest {
    let settings = try database.configuration.settings()
    var request = try ScanRequest(settings)
    if let given = try libvirt.request(escaped: escaped.escaped) {
      request.libvirt = given.libvirt
      request.machines = given.machines.others
      if !paths.isEmpty || !named.isEmpty { request.pools = try pools() }
    } else if !paths.isEmpty || !named.isEmpty {
      request.pools = try pools()
      request.libvirt = nil
      request.machines = []
    }
    request.exclusiveNames = Set(exclusive)
    if !excludes.isEmpty { request.excludes = excludes.map(Glob.init) }
    request.staysOnOneFileSystem = oneFileSystem ?? request.staysOnOneFileSystem
    request.acceptsNewFileSystems = newFilesystem
    request.jobs = jobs ?? request.jobs
    request.rereads = reread
    request.maxDepth = maxDepth ?? request.maxDepth
    request.grace = grace ?? request.grace
    request.graceAge = graceAge ?? request.graceAge
    request.waits = wait
    return request
  }

  /// What is to be scanned: a bare path is a pool named after the path.
  private func pools() throws -> [ScanRequest.Pool] {
    let bare = try paths.map { text in
      let path = try UserPath.absolute(text, escaped: escaped.escaped)
      return ScanRequest.Pool(name: path.displayText, path: path)
    }
    return try bare
      + named.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, let path = parts.last, !name.isEmpty else {
          throw ValidationError("'\(text)' is not a pool; write NAME=PATH")
        }
        return ScanRequest.Pool(
          name: String(name),
          path: try UserPath.absolute(String(path), escaped: escaped.escaped))
      }
  }
}
