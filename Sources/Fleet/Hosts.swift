internal import Model

extension Fleet {
  /// All hosts that report; with `all` also those that are retired.
  public func hosts(_ moment: FleetMoment, all: Bool = false) throws -> FleetAnswer {
    let rows = try server.rows(
      """
      SELECT source.name, source.machine_id, encode(source.database, 'hex') AS database, source.generation,
        scan.id AS last_scan, source.agent, source.skew_ms, scan.finished, scan.state, scan.images,
        scan.finished - coalesce(scan.skew_ms, 0) AS heard, scan.findings_open,
        (extract(epoch FROM source.last_received) * 1000)::bigint AS received,
        (extract(epoch FROM source.retired) * 1000)::bigint AS retired
      FROM source
      LEFT JOIN at_time($2) AS asof ON asof.source = source.id
      LEFT JOIN scan ON scan.source = source.id
        AND scan.id = CASE WHEN $2::bigint IS NULL THEN source.last_scan ELSE asof.scan END
      WHERE CASE WHEN $2::bigint IS NULL THEN $1 OR source.retired IS NULL ELSE asof.scan IS NOT NULL END
      ORDER BY source.name, source.generation
      """, [.text(all ? "true" : "false"), moment.value])
    return FleetAnswer(
      [
        "host", "machine-id", "database", "generation", "state", "scan.scan", "scan.time", "images",
        "findings", "received", "skew-ms", "agent", "retired",
      ],
      shown: ["host", "state", "scan.scan", "scan.time", "images", "findings"],
      rows.map { row in
        var host = FleetObject()
        host.set("host", row["name"])
        host.set("machine-id", row["machine_id"])
        host.set("database", row["database"])
        host.set("generation", row.number("generation"))
        let finished = row.number("finished")
        // By the centre's clock, whatever the host's shows.
        let isSilent = row.number("heard").map { $0 < moment.reference - moment.maxAge } ?? true
        host.set(
          "state",
          row["retired"] != nil && moment.at == nil ? "retired" : isSilent ? "silent" : row["state"]
        )
        host.set("scan", scan: row.number("last_scan"), finished)
        host.set("images", row.number("images"))
        host.set("findings", row.number("findings_open"))
        host.set("received", row.number("received").map { Moment(milliseconds: $0).text })
        host.set("skew-ms", row.number("skew_ms"))
        host.set("agent", row["agent"])
        host.set("retired", row.number("retired").map { Moment(milliseconds: $0).text })
        return host
      })
  }

  /// Retires a host: it is no viewer any more, and sends nothing; or, with `end`, takes it back.
  public func retire(_ name: String, end: Bool) throws {
    let changed = try server.run(
      end
        ? """
        UPDATE source SET retired = NULL WHERE id = (
          SELECT id FROM source WHERE (name = $1 OR machine_id = $1) AND retired IS NOT NULL
          ORDER BY retired DESC, id DESC LIMIT 1)
        """
        : "UPDATE source SET retired = now() WHERE (name = $1 OR machine_id = $1) AND retired IS NULL",
      [.text(name)])
    if changed == 0 { throw try unknown(host: name) }
  }

  /// The hosts that report, and the token of the last scan of each that is here, in hexadecimal digits.
  public func sources() throws -> [(name: String, token: String?)] {
    try server.rows(
      "SELECT name, encode(last_token, 'hex') AS token FROM source WHERE retired IS NULL ORDER BY name"
    ).map { ($0["name"] ?? "", $0["token"]) }
  }

  /// The number of the source of a host that reports, by its name or machine-id; else of the last that was retired.
  func source(of name: String) throws -> Int64 {
    let row = try server.row(
      """
      SELECT id FROM source WHERE name = $1 OR machine_id = $1
      ORDER BY retired IS NOT NULL, retired DESC, last_scan DESC LIMIT 1
      """, [.text(name)])
    guard let id = row?.number("id") else { throw try unknown(host: name) }
    return id
  }

  private func unknown(host name: String) throws -> FleetFault {
    let names = try server.rows("SELECT DISTINCT name FROM source ORDER BY name").compactMap {
      $0["name"]
    }
    return .unknownHost(name, nearest: EditDistance.nearest(to: name, among: names))
  }
}
