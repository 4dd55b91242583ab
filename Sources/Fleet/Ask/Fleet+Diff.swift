internal import Database
internal import Model
internal import Rules

extension Fleet {
  /// What changed on all hosts between two times; without the first one, since each host's last scan but one.
  public func diff(from: Int64?, to: Int64?) throws -> FleetAnswer {
    let values: [ServerValue] = [.number(from), .number(to)]
    let changes = try server.rows(StatementText.text(PackageResources.fleet_diff_sql), values)
      .compactMap(Self.change)
    let findings = try server.rows(
      StatementText.text(PackageResources.fleet_diff_findings_sql), values)
    let opened = findings.filter { $0.flag("is_opened") }.map(Self.finding)
    let closed = findings.filter { !$0.flag("is_opened") }.map(Self.finding)
    var document = FleetObject()
    document.set("from", .object(Self.point(from)))
    document.set("to", .object(Self.point(to)))
    document.set("changes", .list(changes.map { .object($0) }))
    var both = FleetObject()
    both.set("opened", .list(opened.map { .object($0) }))
    both.set("closed", .list(closed.map { .object($0) }))
    document.set("findings", .object(both))
    let rows =
      changes + opened.map { $0.with("change", "opened") }
      + closed.map { $0.with("change", "closed") }
    return FleetAnswer(
      [
        "host", "change", "filename", "image-id", "shared-id", "previous-filename", "fields",
        "kind", "severity", "domain",
      ],
      shown: ["host", "change", "filename", "previous-filename", "kind", "domain"],
      document: document, rows)
  }

  private static func point(_ time: Int64?) -> FleetObject {
    var point = FleetObject()
    point.set("time", time.map { Moment(milliseconds: $0).text })
    return point
  }

  /// - Returns: `nil` for an image that is as it was, or in whose place another stands now.
  private static func change(_ row: ServerRow) -> FleetObject? {
    let old = row.bytes("old_path").flatMap { directory in
      row.bytes("old_name").map { PathBytes(directory).appending($0) }
    }
    let new = row.place
    let fields = fields(row)
    let word: String
    switch (old, new) {
    case (nil, _?): word = row.flag("is_replacing") ? "replaced" : "added"
    case (_?, nil):
      if row.flag("is_replaced") { return nil }
      word = "removed"
    case (let old?, let new?) where old != new: word = "moved"
    case (_?, _?) where !fields.isEmpty: word = "changed"
    default: return nil
    }
    var change = FleetObject()
    change.set("host", row["host"])
    change.set("change", word)
    change.set("filename", new ?? old)
    change.set("image-id", row.number("image"))
    change.set("shared-id", row.number("shared"))
    if word == "moved" { change.set("previous-filename", old) }
    if old != nil, new != nil, !fields.isEmpty { change.set("fields", .object(fields)) }
    return change
  }

  /// Fields of the image object that changed, each with what it was and what it is.
  private static func fields(_ row: ServerRow) -> FleetObject {
    var fields = FleetObject()
    func add(_ name: String, _ from: FleetValue?, _ to: FleetValue?) {
      guard from != to else { return }
      var field = FleetObject()
      field.set("from", from)
      field.set("to", to)
      fields.set(name, .object(field))
    }
    for name in ["format", "content"] {
      add(name, row["old_" + name].map { .text($0) }, row[name].map { .text($0) })
    }
    for name in ["virtual-size", "cluster-size", "actual-size", "file-size"] {
      let column = String(name.map { $0 == "-" ? "_" : $0 })
      add(
        name, row.number("old_" + column).map { .number($0) },
        row.number(column).map { .number($0) }
      )
    }
    for (name, column) in [("encrypted", "encrypted"), ("in-use", "in_use")] {
      add(name, .flag(row.number("old_" + column) == 1), .flag(row.number(column) == 1))
    }
    let modified = { (column: String) in
      row.number(column).map { FleetValue.text(Moment(milliseconds: $0 / 1_000_000).text) }
    }
    add("modified", modified("old_modified"), modified("modified"))
    return fields
  }

  private static func finding(_ row: ServerRow) -> FleetObject {
    let kind = row["kind"] ?? ""
    let rule = Rule[FindingKind(rawValue: kind)]
    var finding = FleetObject()
    finding.set("host", row["host"])
    finding.set("kind", kind)
    finding.set("severity", rule?.severity.rawValue ?? row["severity"])
    finding.set("filename", row.place)
    let holder = row.number("holder") ?? 0
    finding.set("image-id", holder > 0 ? holder : nil)
    finding.set("shared-id", row.number("shared"))
    finding.set("domain", row["domain"])
    return finding
  }
}
