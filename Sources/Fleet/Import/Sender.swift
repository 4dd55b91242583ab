internal import Model

/// The source of which a bundle is, as the fleet knows it.
struct Sender {
  /// Its number; `nil` for one that is new.
  let source: Int64?
  /// What the fleet calls the host.
  let name: String
  /// Its last scan; 0 where there is none.
  let lastScan: Int64
  let lastToken: [UInt8]?

  /// Finds the source, and refuses one that cannot be.
  init(_ server: Server, _ bundle: ReceivedBundle, _ given: String?) throws {
    let known = try server.rows(
      """
      SELECT id, generation, machine_id, name, last_scan, last_token, retired IS NOT NULL AS is_retired
      FROM source WHERE database = $1 ORDER BY generation FOR UPDATE
      """, [.bytes(bundle.identity)])
    let shown = given ?? bundle.hostName
    if let other = known.first(where: { $0["machine_id"] != bundle.machineID }) {
      throw FleetFault.refused(
        "'\(shown)' sends the database of '\(other["name"] ?? "")' (a cloned host): make it one of its own with "
          + "'backstory export --new-generation', after its database was removed")
    }
    let own = known.last { $0.number("generation") == bundle.generation }
    if let newest = known.last?.number("generation"), newest > bundle.generation {
      throw FleetFault.refused(
        "'\(shown)' sends generation \(bundle.generation) of its database, and the fleet has \(newest): an old copy was "
          + "put back; 'backstory export --new-generation' on the host begins another")
    }
    if own?.flag("is_retired") == true {
      throw FleetFault.refused(
        "'\(own?["name"] ?? shown)' was retired; 'backstory-fleet retire --end \(own?["name"] ?? shown)' takes it back"
      )
    }
    if let given, let last = known.last(where: { !$0.flag("is_retired") }), last["name"] != given {
      throw FleetFault.refused(
        "the bundle is of '\(last["name"] ?? "")', and whoever brings it speaks for '\(given)'; nothing was changed"
      )
    }
    let name = given ?? own?["name"] ?? bundle.hostName
    let others = try server.rows(
      "SELECT machine_id FROM source WHERE name = $1 AND retired IS NULL AND database <> $2",
      [.text(name), .bytes(bundle.identity)])
    if let other = others.first {
      throw FleetFault.refused(
        other["machine_id"] == bundle.machineID
          ? "'\(name)' sends another database than before; if the old one is gone, 'backstory-fleet retire \(name)' first"
          : "another host is called '\(name)' already; give this one another name with --source, or retire the other"
      )
    }
    self.name = name
    source = own?.number("id")
    lastScan = own?.number("last_scan") ?? 0
    lastToken = own?.bytes("last_token")
  }

  /// Whether a scan with its token came in before.
  func has(_ scan: Int64, _ token: [UInt8], _ server: Server) throws -> Bool {
    guard let source, scan <= lastScan else { return false }
    let row = try server.row(
      "SELECT token FROM scan WHERE source = $1 AND id = $2", [.number(source), .number(scan)])
    return row?.bytes("token") == token
  }
}
