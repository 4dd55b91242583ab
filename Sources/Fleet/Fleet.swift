internal import Database

/// The inventories of many hosts, in a database of PostgreSQL's.
public final class Fleet {
  let server: Server

  /// Connects, and looks at nothing yet.
  /// - Parameter connection: what libpq takes as a connection string, a service of its service file for example.
  public init(connection: String) throws(FleetFault) {
    server = try Server(connection)
    if let host = server.unsafeHost { throw .insecure(host: host) }
    // What compiling a plan saves is less than it costs, and the answers do not depend on where somebody lives.
    try server.script(
      """
      SET jit = off; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex';
      SET search_path = backstory; SET standard_conforming_strings = on
      """)
  }

  /// Connects to a fleet of this program's version.
  /// - Throws: `noFleet`, `olderSchema` and `newerSchema` where there is none.
  public static func existing(connection: String) throws -> Fleet {
    let fleet = try Fleet(connection: connection)
    try fleet.checkSchema()
    return fleet
  }

  /// - Throws: `superuser` where the role is one.
  func refuseSuperuser(doing: String) throws {
    let row = try server.row(
      "SELECT current_user AS role, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
    if let row, row.flag("rolsuper") {
      throw FleetFault.superuser(role: row["role"] ?? "", doing: doing)
    }
  }
}
