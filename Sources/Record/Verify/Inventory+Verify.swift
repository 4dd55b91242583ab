public import Database
internal import GRDB
public import Model

extension Inventory {
  /// Defects of one check that are listed; of a broken file there can be millions.
  private static let mostDefects = 100

  /// Checks the file, and whether its rows keep what the model promises; changes nothing.
  ///
  /// The rows of a file that is damaged are not looked at. Of each check at most 100 defects are
  /// listed, in the order of the checks.
  public func verify() throws(StoreFault) -> [Defect] {
    try reading { database in
      let file = try Self.defectsOfFile(database)
      if !file.isEmpty { return file }
      return try Self.danglingKeys(database)
        + Invariant.allCases.flatMap { try Self.defects(of: $0, database) }
    }
  }

  private static func defectsOfFile(_ database: Database) throws -> [Defect] {
    let said: [String]
    do {
      said = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(mostDefects))")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      said = [error.message ?? "damaged"]
    }
    return said.filter { $0 != "ok" }.map { text in
      Defect(
        check: "file", subject: text,
        message: "the file is damaged; restore a copy or recover it with sqlite3's .recover")
    }
  }

  private static func danglingKeys(_ database: Database) throws -> [Defect] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT \(mostDefects)
        """)
    return rows.map { row in
      let number: Int64? = row[1]
      let table: String = row[0]
      return Defect(
        check: "foreign-key", subject: table + (number.map { " row \($0)" } ?? ""),
        message: "it refers to a row of '\(row[2] as String)' that does not exist")
    }
  }

  private static func defects(of invariant: Invariant, _ database: Database) throws -> [Defect] {
    try String?.fetchAll(
      database, sql: "SELECT * FROM (\(invariant.query)) LIMIT \(mostDefects)"
    ).map { subject in
      Defect(
        check: invariant.rawValue, subject: subject ?? "a row without a name",
        message: invariant.sentence)
    }
  }
}
