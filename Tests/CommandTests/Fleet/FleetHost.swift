import Foundation

/// A host of a fleet: a pool of its own, and a database.
struct FleetHost {
  let folder: Folder
  let name: String
  /// The pool's directory.
  var pool: String { folder.url("pool").path }

  init(_ name: String) throws {
    folder = try Folder()
    self.name = name
    try FileManager.default.createDirectory(
      at: folder.url("pool"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: folder.url("domains"), withIntermediateDirectories: true)
  }

  /// Makes an image, over a base of the pool where one is named.
  func image(_ name: String, over base: String? = nil) throws {
    let format = base.map { "-b \($0) -F qcow2 " } ?? ""
    _ = try Program.shell(
      "cd pool && qemu-img create -q -f qcow2 \(format)\(name)\(base == nil ? " 1M" : "")",
      in: folder)
  }

  /// Scans, and says that there are no machines but those in `domains`.
  @discardableResult
  func scan() throws -> Run { try ask("scan", pool, "--domains", folder.url("domains").path) }

  /// Asks the host itself.
  @discardableResult
  func ask(_ arguments: String...) throws -> Run {
    try Program.run(
      arguments, in: folder,
      environment: ["BACKSTORY_DB": folder.url("db").path])
  }

  /// Writes a bundle, and gives its path.
  func bundle(_ arguments: String..., to file: String = "bundle") throws -> String {
    let path = folder.url(file).path
    _ = try? FileManager.default.removeItem(atPath: path)
    let run = try Program.run(
      ["export", "--to", path] + arguments, in: folder,
      environment: ["BACKSTORY_DB": folder.url("db").path])
    if run.code != 0 { throw FleetServer.Failure(description: run.complaint) }
    return path
  }
}

/// A fleet of a test's own.
struct FleetCentre {
  let connection: String

  /// A database with a centre's tables and nothing in them: every centre is a copy of it.
  private static let template = Result<String, any Error> {
    let connection = try FleetServer.database()
    let made = try FleetCentre(connection: connection).ask("init")
    if made.code != 0 { throw FleetServer.Failure(description: made.complaint) }
    return try FleetServer.ask(connection, "SELECT current_database()")
  }

  init() throws {
    connection = try FleetServer.database(like: Self.template.get())
  }

  private init(connection: String) { self.connection = connection }

  @discardableResult
  func ask(_ arguments: String...) throws -> Run { try ask(arguments) }

  @discardableResult
  func ask(_ arguments: [String]) throws -> Run {
    try Program.start(
      Program.built("backstory-fleet"), arguments, in: nil,
      environment: ["BACKSTORY_FLEET": connection])
  }

  func sql(_ query: String) throws -> String {
    try FleetServer.ask(connection, "SET search_path = backstory; " + query)
  }
}
