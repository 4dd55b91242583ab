import Foundation
import Testing

/// What Grafana and Metabase ask, as a role of theirs.
@Suite struct FleetDashboardTests {
  private static let views = [
    "fleet_hosts", "fleet_images", "fleet_references", "fleet_open_findings", "fleet_storages",
    "fleet_scans",
    "fleet_findings_by_scan",
  ]
  /// Settings with which the server uses workers wherever it may.
  private static let parallel = """
    SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
    SET enable_indexscan = off; SET enable_bitmapscan = off;
    """

  private func filled() throws -> FleetCentre {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("base.qcow2")
    for name in ["tóp.qcow2", "b\\ack.qcow2"] { try host.image("'\(name)'", over: "base.qcow2") }
    _ = try Program.shell(
      "cd pool && cp base.qcow2 \"$(printf 'a\\377.qcow2')\" && rm base.qcow2", in: host.folder)
    try host.scan()
    let first = try centre.ask("import", "--source", "kvm01", try host.bundle())
    #expect(first.code == 0, "\(first.complaint)")
    return centre
  }

  @Test func `Every view can be asked by workers, and shows names that are no text`() throws {
    let centre = try filled()
    for view in Self.views {
      #expect(try centre.sql("\(Self.parallel) SELECT count(*) > 0 FROM \(view)") == "t", "\(view)")
    }
    let names =
      "SELECT string_agg(substring(filename FROM '[^/]*$'), ' ' ORDER BY image_id, filename) FROM fleet_images"
    let found = try centre.sql("\(Self.parallel) \(names)").split(separator: " ").sorted()
    #expect(found == [#"a\377.qcow2"#, #"b\ack.qcow2"#, "tóp.qcow2"])
    #expect(
      try centre.sql("\(Self.parallel) EXPLAIN SELECT shown(path) FROM directory").contains(
        "Gather"))
  }

  @Test func `Bytes are shown as text exactly where they are text`() throws {
    let centre = try FleetCentre()
    // Too long, a surrogate, past the end, cut, a lone second byte; and the last of each length.
    for bytes in [
      "c0af", "e08080", "eda080", "f4908080", "f08f8080", "e282", "80", "6100", "f5808080",
    ] {
      #expect(
        try centre.sql("SELECT shown('\\x\(bytes)') = encode('\\x\(bytes)', 'escape')") == "t",
        "\(bytes)")
    }
    for bytes in ["7f", "dfbf", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf", "0a", "5c"] {
      #expect(
        try centre.sql("SELECT shown('\\x\(bytes)') = convert_from('\\x\(bytes)', 'UTF8')") == "t",
        "\(bytes)")
    }
  }

  @Test func `A dashboard's role sees the views, and no table`() throws {
    let centre = try filled()
    let role = "dash" + UUID().uuidString.prefix(8).lowercased()
    _ = try centre.sql("CREATE ROLE \(role) LOGIN; GRANT backstory_dashboard TO \(role)")
    let own = centre.connection.replacingOccurrences(of: "user=keeper", with: "user=\(role)")
    for view in Self.views {
      #expect(try FleetServer.ask(own, "SELECT count(*) > 0 FROM backstory.\(view)") == "t")
    }
    #expect(
      try FleetServer.ask(
        own,
        """
        SELECT count(*) FROM pg_class WHERE relnamespace = 'backstory'::regnamespace AND relkind IN ('r', 'p', 'v')
          AND has_table_privilege(oid, 'SELECT')
        """) == "\(Self.views.count)")
    #expect(throws: (any Error).self) { try FleetServer.ask(own, "SELECT * FROM backstory.source") }
    // A panel of one line for each kind; Grafana writes the times.
    #expect(
      try FleetServer.ask(
        own,
        """
        SELECT "time", kind AS metric, sum(findings) FROM backstory.fleet_findings_by_scan
        WHERE "time" BETWEEN '2020-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z' GROUP BY 1, 2 ORDER BY 1
        """
      ).contains("|backing-missing|2"))
  }
}
