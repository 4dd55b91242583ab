public import Database
internal import Foundation
internal import GRDB
public import Model

extension InventoryWriter {
  /// Notes that a centre has all scans up to the one with a token.
  /// - Returns: the scan's number.
  /// - Throws: `nothingMeant` where no scan has the token.
  @discardableResult
  public func note(
    sent token: ScanToken, to destination: String, now: Moment
  ) throws(StoreFault) -> Int64 {
    defer { emptyLog() }
    return try writing { writer in
      let scan = try Int64.fetchOne(
        writer, sql: "SELECT id FROM scan WHERE token = ?", arguments: [Data(token.bytes)])
      guard let scan else {
        throw StoreFault.nothingMeant(
          "no scan of '\(file.displayText)' has the token \(token.text); it was put back from a copy, or the "
            + "token is another database's")
      }
      try writer.execute(
        sql: "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)",
        arguments: [destination, scan, Data(token.bytes), now.milliseconds])
      return scan
    }
  }

  /// Lets this copy of the database go its own way: to a centre it is one that was never seen.
  public func beginGeneration() throws(StoreFault) {
    try writing { writer in
      try writer.inTransaction(.immediate) {
        try writer.execute(
          sql: "UPDATE identity SET generation = generation + 1; DELETE FROM sent")
        return .commit
      }
    }
    emptyLog()
  }

  /// The last scan that a centre has said that it has; `nil` where it has said nothing, or of another database.
  func lastSent(to destination: String) throws(StoreFault) -> Int64? {
    try writing { writer in
      try Int64.fetchOne(
        writer,
        sql: """
          SELECT scan.id FROM sent JOIN scan ON scan.id = sent.scan AND scan.token = sent.token
          WHERE sent.destination = ? AND NOT scan.is_forgotten
          """, arguments: [destination])
    }
  }
}
