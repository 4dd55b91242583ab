package import Database
package import GRDB
internal import Model

/// What people said and still holds.
extension ReadTransaction {
  /// Words about findings that are open, by their numbers.
  package func acknowledgements() throws -> [Int64: SpokenWord] {
    try words(
      """
      SELECT finding AS key, * FROM acknowledgement_at WHERE ends IS NULL OR ends > :now
      """, ["now": now])
  }

  /// Words that closed findings, also those that were taken back later, by the findings' numbers.
  package func settlements() throws -> [Int64: SpokenWord] {
    try words(
      """
      SELECT finding AS key, *, NULL AS ends, 0 AS is_rule FROM settlement
      WHERE from_scan <= (SELECT scan FROM asof) ORDER BY from_scan
      """)
  }

  /// Words about images, by their numbers.
  package func keeps() throws -> [Int64: SpokenWord] {
    try words(
      "SELECT image AS key, * FROM keep_at WHERE ends IS NULL OR ends > :now", ["now": now])
  }

  private func words(_ sql: String, _ values: Values = [:]) throws -> [Int64: SpokenWord] {
    let found = try rows(sql, values)
    var words: [Int64: SpokenWord] = [:]
    while let row = try found.next() { words[row["key"]] = word(row) }
    return words
  }

  /// A word, as a row of any of the three tables tells of it.
  package func word(_ row: Row) -> SpokenWord {
    var word = SpokenWord(
      by: row["who"], reason: row["reason"], since: point(row["from_scan"]),
      said: Moment(milliseconds: row["said"]),
      until: (row["ends"] as Int64?).map { Moment(milliseconds: $0) })
    word.isRule = row["is_rule"] ?? false
    return word
  }
}
