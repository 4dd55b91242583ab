import ArgumentParser
import Configuration
import Database
import Foundation
import Host
import Model
import Workflow

/// Which database.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The database file. (default: $BACKSTORY_DB, else the configuration's, else "
        + "/var/lib/backstory/inventory.sqlite for root and $XDG_STATE_HOME/backstory/inventory.sqlite for others)",
      valueName: "file"))
  var database: String?

  @OptionGroup var configuration: ConfigurationOptions

  /// The path of the database, absolute, and who says so.
  func location() throws -> (file: PathBytes, origin: Origin) {
    if let database { return (try UserPath.absolute(database), .option("--db")) }
    if let named = ProcessInfo.processInfo.environment.nonEmpty("BACKSTORY_DB") {
      return (try UserPath.absolute(named), .environment("BACKSTORY_DB"))
    }
    let settings = try configuration.settings()
    if let file = settings.path(.database) { return (file, settings.origin(.database)) }
    return (try Self.usualFile(), .fallback)
  }

  /// The path of the database, absolute.
  func file() throws -> PathBytes { try location().file }

  private static func usualFile() throws -> PathBytes {
    let environment = ProcessInfo.processInfo.environment
    if Account.isRoot { return "/var/lib/backstory/inventory.sqlite" }
    if let state = environment.nonEmpty("XDG_STATE_HOME"), state.hasPrefix("/") {
      return PathBytes(state.utf8).appending("backstory/inventory.sqlite".utf8)
    }
    guard let home = environment.nonEmpty("HOME") else {
      throw CommandFailure("cannot tell where the database is: HOME is not set; name it with --db")
    }
    return PathBytes(home.utf8).appending(".local/state/backstory/inventory.sqlite".utf8)
  }
}

extension DatabaseOptions {
  /// What is to be done with a database that is there.
  enum Use {
    /// Questions. Whoever names a database with `--db` may ask whatever it says.
    case ask
    /// It is written to, or what it says is done to images.
    case act
  }

  /// The path of a database that is there.
  func existingFile(to use: Use = .ask) throws -> PathBytes {
    let (file, origin) = try location()
    guard try Self.isRegular(file) else { throw StoreFault.noDatabase(file) }
    if use == .act || origin != .option("--db") { try Self.checkTrust(file) }
    return file
  }

  /// - Throws: `CommandFailure` as root, where somebody else could have written the database.
  private static func checkTrust(_ file: PathBytes) throws {
    do { try DatabaseTrust.check(file) } catch let refusal as DatabaseTrust.Refusal {
      let path = refusal.path.displayText
      let why = refusal.owner.map { "'\(path)' belongs to user \($0)" }
      throw CommandFailure(
        "cannot use the database '\(file.displayText)' as root: "
          + (why ?? "'\(path)' can be written by others")
          + "; name one that only root may write, or run as its owner")
    }
  }

  /// Whether a database stands at a path; false where nothing does. SQLite would wait for a FIFO that
  /// stands there, or where its log does, for ever.
  /// - Throws: `CommandFailure` for anything but a regular file.
  private static func isRegular(_ file: PathBytes) throws -> Bool {
    for ending in ["-wal", "-shm", "-journal"] {
      _ = try isRegularFile(PathBytes(file.bytes + Array(ending.utf8)))
    }
    return try isRegularFile(file)
  }

  private static func isRegularFile(_ path: PathBytes) throws -> Bool {
    let kind: FileKind
    do throws(HostFault) {
      kind = try status(ofPath: path, followingLink: true).kind
    } catch {
      if error.isMissing { return false }
      throw error
    }
    guard kind == .regular else {
      throw CommandFailure(
        "'\(path.displayText)' is not a regular file and cannot be a database; name another with --db"
      )
    }
    return true
  }

  /// The path of the database for a scan; the folder of the default place is made where it is not
  /// there, for nobody but its owner.
  func fileToWrite() throws -> PathBytes {
    let (file, origin) = try location()
    _ = try Self.isRegular(file)
    try Self.checkTrust(file)
    guard origin == .fallback, let folder = file.directory.exactText else { return file }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure(
        "cannot create the directory '\(folder)'; create it, or name a database with --db")
    }
    return file
  }
}
