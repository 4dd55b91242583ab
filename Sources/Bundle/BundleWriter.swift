public import Database
internal import DiskImage
internal import Foundation
internal import GRDB
public import Model

/// Writes a bundle: what one host's database says of its scans after one and up to the last, for a centre.
///
/// Secrets in references are replaced before anything reaches the file.
public struct BundleWriter {
  /// The version of the format.
  public static let version: Int64 = 1
  /// How digests are computed that are compared between hosts; to be raised when an image would have another.
  private static let digestVersion: Int64 = 1

  private let inventory: Inventory
  /// The program that writes.
  private let agent: String

  /// A writer that names the version of the program.
  public init(_ inventory: Inventory, agent: String) {
    self.inventory = inventory
    self.agent = agent
  }

  /// Writes a bundle to a file that is not there yet. Where it fails, what was written is for the caller to remove.
  /// - Throws: `BundleFault`, and `StoreFault` about either file.
  public func write(
    _ start: BundleStart, to bundle: PathBytes, now: Moment
  ) throws -> BundleSummary {
    let queue = try Connection.translating(inventory.file) {
      try Connection.making(bundle, of: inventory.file, functions: Self.functions)
    }
    do {
      let summary = try queue.write { database in
        try database.run(PackageResources.bundle_sql)
        let span = try BundleSpan(start, in: inventory.file, database)
        try insertOwnRow(span, now: now, database)
        let before = database.totalChangesCount
        try database.run(PackageResources.fill_bundle_sql, ["lo": span.from])
        return BundleSummary(
          hostName: span.hostName, fromScan: span.from, toScan: span.to, toToken: span.token,
          rows: Int64(database.totalChangesCount - before))
      }
      try queue.close()
      return summary
    } catch let fault as BundleFault {
      throw fault
    } catch {
      throw Self.fault(error, bundle, inventory.file)
    }
  }

  /// What fails for want of room fails in the new file.
  private static func fault(
    _ error: any Error, _ bundle: PathBytes, _ file: PathBytes
  ) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let isOfBundle = [.SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode)
    do throws(StoreFault) {
      return try Connection.translating(isOfBundle ? bundle : file) { throw error }
    } catch {
      return error
    }
  }

  private func insertOwnRow(_ span: BundleSpan, now: Moment, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO bundle
        SELECT ?, database, generation, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1 FROM source.identity
        """,
      arguments: [
        Self.version, span.machineID, span.hostName, span.from,
        span.fromToken.map { Data($0.bytes) },
        span.to, Data(span.token.bytes), Self.digestVersion, agent, now.milliseconds,
      ])
  }

  private static let functions = [
    function("redacted") { Data(ReferenceTarget.redacting(Array($0))) },
    function("redacted_name") { Data(ReferenceTarget.redacting(name: Array($0))) },
    DatabaseFunction("redacted_json", argumentCount: 1, pure: true) { values in
      guard let text = String.fromDatabaseValue(values[0]) else { return nil }
      return String(
        decoding: ReferenceTarget.redacting(json: Array(text.utf8)), as: UTF8.self)
    },
  ]

  private static func function(
    _ name: String, _ body: @escaping @Sendable (Data) -> Data
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 1, pure: true) { values in
      Data.fromDatabaseValue(values[0]).map(body)
    }
  }
}

/// From which scan to which a bundle goes, and whose they are.
private struct BundleSpan {
  let machineID: String
  let hostName: String
  let from: Int64
  let fromToken: ScanToken?
  let to: Int64
  let token: ScanToken

  /// The span from a start to the last scan of the database that is attached.
  init(_ start: BundleStart, in file: PathBytes, _ database: Database) throws {
    let hosts = try Row.fetchAll(
      database, sql: "SELECT machine_id, name FROM source.host ORDER BY id")
    guard let host = hosts.first else { throw StoreFault.noScan(file) }
    guard hosts.count == 1 else {
      throw BundleFault.severalHosts(hosts.map { $0["name"] }, file)
    }
    let last = try Row.fetchOne(
      database,
      sql: "SELECT id, token FROM source.scan WHERE NOT is_forgotten ORDER BY id DESC LIMIT 1")
    guard let last else { throw StoreFault.noScan(file) }
    guard let token = (last["token"] as Data?).flatMap({ ScanToken($0) }) else {
      throw BundleFault.noToken(last["id"])
    }
    let before = try Self.scan(before: start, in: file, database)
    machineID = host["machine_id"]
    hostName = host["name"]
    (from, fromToken) = (before?.number ?? 0, before?.token)
    (to, self.token) = (last["id"], token)
  }

  private static func scan(
    before start: BundleStart, in file: PathBytes, _ database: Database
  ) throws -> (number: Int64, token: ScanToken)? {
    switch start {
    case .full: return nil
    case .after(let token):
      let row = try Row.fetchOne(
        database, sql: "SELECT id, is_forgotten FROM source.scan WHERE token = ?",
        arguments: [Data(token.bytes)])
      guard let row else { throw BundleFault.unknownToken(token, file) }
      guard !row["is_forgotten"] else { throw BundleFault.forgottenScan(row["id"]) }
      return (row["id"], token)
    case .unsent(let destination):
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT scan.id, scan.token FROM source.sent AS sent
          JOIN source.scan AS scan ON scan.id = sent.scan AND scan.token = sent.token
          WHERE sent.destination = ? AND NOT scan.is_forgotten
          """, arguments: [destination])
      guard let row, let token = ScanToken(row["token"] as Data) else { return nil }
      return (row["id"], token)
    }
  }
}
