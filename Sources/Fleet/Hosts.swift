internal import Model

extension Fleet {
  /// All hosts that report; with `all` also those that are retired.
  /// - Parameters:
  ///   - now: milliseconds since 1970.
  ///   - maxAge: milliseconds after which a host that was not heard of is silent.
  public func hosts(all: Bool, now: Int64, maxAge: Int64) throws -> FleetAnswer {
    let rows = try server.rows(
      """
      SELECT source.name, source.machine_id, encode(source.database, 'hex') AS database, source.generation,
        source.last_scan, source.agent, source.skew_ms, scan.finished, scan.state, scan.images, scan.findings_open,
        (extract(epoch FROM source.last_received) * 1000)::bigint AS received,
        (extract(epoch FROM source.retired) * 1000)::bigint AS retired
      FROM source LEFT JOIN scan ON scan.source = source.id AND scan.id = source.last_scan
      WHERE $1 OR source.retired IS NULL ORDER BY source.name, source.generation
      """, [.text(all ? "true" : "false")])
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
        let isSilent = finished.map { $0 < now - maxAge } ?? true
        host.set("state", row["retired"] != nil ? "retired" : isSilent ? "silent" : row["state"])
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
