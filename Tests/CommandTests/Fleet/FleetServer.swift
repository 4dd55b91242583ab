import Foundation
import Synchronization

/// A PostgreSQL of the tests' own: in a temporary folder, with a socket and no network, gone when they are.
enum FleetServer {
  /// The folder of the server that runs; its socket is in it.
  private static let folder = Mutex<URL?>(nil)

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// A new database, owned by a role that is no superuser, in libpq's words; a copy of another, where one is named.
  static func database(like template: String? = nil) throws -> String {
    let folder = try running()
    let name = "t" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    let copying = template.map { " TEMPLATE \($0)" } ?? ""
    try run(
      "psql", ["-qX", "-U", "postgres", "-c", "CREATE DATABASE \(name) OWNER keeper\(copying)"],
      folder)
    return "host=\(folder.path) dbname=\(name) user=keeper"
  }

  /// What a query answers, asked with a connection.
  static func ask(_ connection: String, _ query: String) throws -> String {
    let text = try run(
      "psql", ["-qXAt", "-v", "ON_ERROR_STOP=1", connection, "-c", query], try running())
    return text.trimmingCharacters(in: .newlines)
  }

  private static func running() throws -> URL {
    try folder.withLock { known in
      if let known { return known }
      let made = try start()
      known = made
      return made
    }
  }

  private static func start() throws -> URL {
    let folder = URL(fileURLWithPath: "/tmp/backstory-postgres-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if isRoot { try run("chown", ["postgres", folder.path], folder) }
    let data = folder.path + "/data"
    try asOwner(
      "initdb", ["-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"],
      folder)
    try asOwner(
      "bash", ["-c", Self.begin, path(of: "postgres"), data, folder.path, "\(getpid())"],
      folder)
    try run(
      "psql", ["-qX", "-U", "postgres", "-c", "CREATE ROLE keeper LOGIN CREATEROLE"], folder)
    return folder
  }

  /// Begins the server, and waits until it can be asked. It goes when the tests are gone, and keeps none of the
  /// descriptors by which Foundation waits for the end of what it runs.
  private static let begin = """
    (for file in /proc/self/fd/*; do number=${file##*/}; [ "$number" -gt 2 ] && eval "exec $number>&-"; done
     "$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=60 & server=$!
     while [ -d "/proc/$3" ]; do sleep 1; done
     kill -QUIT "$server"; wait "$server"; rm -rf "$2") >"$2/log" 2>&1 </dev/null &
    for wait in $(seq 300); do
      [ -S "$2/.s.PGSQL.5432" ] && psql -qX -U postgres -c 'SELECT' >/dev/null 2>&1 && exit 0; sleep 0.1
    done
    cat "$2/log"; exit 1
    """

  private static var isRoot: Bool { getuid() == 0 }

  /// The server's programs do not run as root.
  @discardableResult
  private static func asOwner(_ program: String, _ arguments: [String], _ folder: URL) throws
    -> String
  {
    guard isRoot else { return try run(program, arguments, folder) }
    return try run(
      "setpriv",
      ["--reuid=postgres", "--regid=postgres", "--clear-groups", path(of: program)] + arguments,
      folder)
  }

  /// Where a program stands: the server's own are in no folder of `PATH` on Debian.
  private static func path(of program: String) -> String {
    let versions = "/usr/lib/postgresql"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
    let places =
      ["/usr/bin", "/bin", "/usr/sbin"] + names.sorted().reversed().map { "\(versions)/\($0)/bin" }
    return places.map { "\($0)/\(program)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
      ?? program
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String], _ folder: URL) throws -> String
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path(of: program))
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PGHOST": folder.path]
    let output = folder.appending(path: "out-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(text)")
    }
    return text
  }
}
