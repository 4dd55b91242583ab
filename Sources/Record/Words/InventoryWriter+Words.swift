package import Database
internal import GRDB
internal import Model
package import Sighting

extension InventoryWriter {
  /// Writes down what a person says of findings or images with these numbers, from a scan on, or that it is taken back.
  package func write(
    _ speech: Speech, about keys: [Int64], after scan: Int64
  ) throws(StoreFault) {
    try writing { writer in
      try writer.inTransaction(.immediate) {
        let book = WordBook(writer, scan: scan)
        switch speech.isTakenBack {
        case true: try book.takeBack(speech.verb, keys, now: speech.said)
        case false: try book.write(speech, about: keys)
        }
        return .commit
      }
    }
    emptyLog()
  }
}

/// The tables of words, within one transaction.
private struct WordBook {
  private let writer: Database
  private let scan: Int64

  init(_ writer: Database, scan: Int64) {
    self.writer = writer
    self.scan = scan
  }

  func write(_ speech: Speech, about keys: [Int64]) throws {
    switch speech.verb {
    case .acknowledge: try acknowledge(speech, keys)
    case .settle: try settle(speech, keys)
    case .keep: try keep(speech, keys)
    }
  }

  func takeBack(_ verb: WordVerb, _ keys: [Int64], now: Moment) throws {
    switch verb {
    case .acknowledge: for key in keys { try end("acknowledgement", "finding", key) }
    case .settle:
      for key in keys {
        try end("settlement", "finding", key)
        // What no scan has closed yet is open again.
        try writer.execute(
          sql: "DELETE FROM lifted WHERE finding = ? AND scan = ?", arguments: [key, scan])
      }
    case .keep:
      for key in keys { try end("keep", "image", key) }
      try liftKept(now)
    }
  }

  /// What was said after the same scan leaves no trace: it held at no scan.
  private func end(_ table: String, _ column: String, _ key: Int64) throws {
    try writer.execute(
      sql: "DELETE FROM \(table) WHERE \(column) = ? AND from_scan = ?", arguments: [key, scan])
    try writer.execute(
      sql: "UPDATE \(table) SET until_scan = ? WHERE \(column) = ? AND until_scan IS NULL",
      arguments: [scan, key])
  }

  private func acknowledge(_ speech: Speech, _ findings: [Int64]) throws {
    try FindingStates(writer).take(findings)
    for finding in findings {
      try end("acknowledgement", "finding", finding)
      try writer.execute(
        sql: """
          INSERT INTO acknowledgement (finding, from_scan, who, is_rule, said, reason, ends, state)
          SELECT finding, ?, ?, 0, ?, ?, ?, state FROM temp.finding_state WHERE finding = ?
          """,
        arguments: [
          scan, speech.who, speech.said.milliseconds, speech.reason, speech.ends?.milliseconds,
          finding,
        ])
    }
  }

  private func settle(_ speech: Speech, _ findings: [Int64]) throws {
    for finding in findings {
      try writer.execute(
        sql: StatementText.text(PackageResources.settle_finding_sql),
        arguments: [
          "scan": scan, "who": speech.who, "said": speech.said.milliseconds,
          "reason": speech.reason, "finding": finding,
        ])
      try writer.execute(
        sql: "INSERT OR IGNORE INTO lifted (finding, scan) VALUES (?, ?)",
        arguments: [finding, scan])
    }
  }

  private func keep(_ speech: Speech, _ images: [Int64]) throws {
    for image in images {
      try end("keep", "image", image)
      try writer.execute(
        sql: """
          INSERT INTO keep (image, from_scan, who, is_rule, said, reason, ends)
          VALUES (?, ?, ?, 0, ?, ?, ?)
          """,
        arguments: [
          image, scan, speech.who, speech.said.milliseconds, speech.reason,
          speech.ends?.milliseconds,
        ])
    }
    try liftKept(speech.said)
  }

  private func liftKept(_ now: Moment) throws {
    try writer.run(PackageResources.lift_kept_sql, ["scan": scan, "now": now.milliseconds])
  }
}

/// What open findings rest on, as `temp.finding_state` has it.
struct FindingStates {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Fills the table for some findings.
  func take(_ findings: some Sequence<Int64>) throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.told_finding;
        CREATE TEMP TABLE told_finding (finding INTEGER PRIMARY KEY)
        """)
    let insert = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO temp.told_finding VALUES (?)")
    for finding in findings { try insert.execute(arguments: [finding]) }
    try database.run(PackageResources.finding_states_sql)
  }
}
