internal import Database
internal import GRDB

extension Holdings {
  /// The longest chain now: the longest of those that changed, where it is as long as the longest before or where
  /// that stands no longer; else that one.
  func longest() throws -> Chain? {
    let before = try Row.fetchOne(
      database,
      sql: """
        SELECT longest_chain, longest_chain_top FROM scan WHERE id < ? ORDER BY id DESC LIMIT 1
        """, arguments: [scan])
    guard let length = before?[0] as Int64? else { return try whole() }
    let isAnyChanged = try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM temp.changed_link WHERE holder > 0)")
    let known = (before?[1] as Int64?).map { (top: $0, length: length) }
    if isAnyChanged == false { return known }
    let changed = try longest(through: "SELECT holder FROM temp.changed_link WHERE holder > 0")
    if let changed, changed.length >= length { return changed }
    guard let known else { return changed }
    let witness = try longest(through: "SELECT \(known.top)")
    if let witness, witness.length >= length { return witness }
    return try whole()
  }

  /// The longest chain that goes through images.
  private func longest(through images: String) throws -> Chain? {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.measured_chain;
        CREATE TEMP TABLE measured_chain (image INTEGER PRIMARY KEY);
        INSERT OR IGNORE INTO temp.measured_chain \(images);
        """)
    return try fetch(PackageResources.longest_chain_of_sql)
  }

  /// The longest of all chains.
  func whole() throws -> Chain? {
    try fetch(PackageResources.longest_chain_sql)
  }

  private func fetch(_ query: [UInt8]) throws -> Chain? {
    try Row.fetchOne(database, sql: StatementText.text(query)).map { ($0[0], $0[1]) }
  }
}
