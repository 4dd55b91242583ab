internal import Database
internal import Model

extension Fleet {
  /// What happened on all hosts, the newest first.
  /// - Parameters:
  ///   - since: milliseconds since 1970, or `nil`.
  ///   - until: likewise.
  ///   - limit: how many events at most.
  public func log(since: Int64?, until: Int64?, limit: Int64?) throws -> FleetAnswer {
    try events([
      .number(since), .number(until), .number(limit), .text("false"), .none, .none, .none,
    ])
  }

  /// The life of an image on all hosts, oldest event first: a shared one by `shared#` and its number, or whatever stood at a
  /// path.
  public func history(of name: String) throws -> FleetAnswer {
    var values: [ServerValue] = [.none, .none, .none, .text("true")]
    if name.hasPrefix("shared#"), let number = Int64(name.dropFirst(7)) {
      values += [.number(number), .none, .none]
    } else {
      let path = PathBytes(name).normal
      values += [.none, .bytes(path.directory.bytes), .bytes(Array(path.name))]
    }
    let answer = try events(values)
    guard !answer.objects.isEmpty else { throw FleetFault.unknownImage(name) }
    return FleetAnswer(answer.columns, answer.objects.reversed())
  }

  private func events(_ values: [ServerValue]) throws -> FleetAnswer {
    let rows = try server.rows(StatementText.text(PackageResources.fleet_log_sql), values)
    return FleetAnswer(
      ["host", "scan", "time", "event", "kind", "filename", "image-id", "shared-id", "domain"],
      rows.map { row in
        var event = FleetObject()
        event.set("host", row["host"])
        event.set("scan", row.number("scan"))
        event.set("time", row.number("finished").map { Moment(milliseconds: $0).text })
        event.set("event", row["event"])
        event.set("kind", row["kind"])
        event.set("filename", row.place)
        let holder = row.number("holder") ?? 0
        event.set("image-id", holder > 0 ? holder : nil)
        event.set("shared-id", row.number("shared"))
        event.set("domain", row["domain"])
        return event
      })
  }
}
