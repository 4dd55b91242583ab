/// A query of the user's own that every scan asks: the images that it gives are findings of that scan.
public struct SavedQuery: Hashable, Sendable {
  /// What it is called; the same name at a later scan is the same query.
  public let name: String
  /// One statement of SQLite's that only reads. Its column `image_id` says which images it finds, `message`, where it
  /// has one, what is wrong with them.
  public let sql: String
  /// How bad it is to be found.
  public let severity: Severity

  /// A query under a name.
  public init(name: String, sql: String, severity: Severity) {
    self.name = name
    self.sql = sql
    self.severity = severity
  }
}

extension SavedQuery {
  /// What stands for the name where a finding says which of its holder's references it is about: a negative number,
  /// as no reference has. FNV-1a of 64 bits, without the sign.
  package var ordinal: Int64 {
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return -Int64(hash >> 1) - 1
  }
}
