internal import Database
public import Model
internal import Rules

/// What is asked of findings.
public struct FleetFindings: Sendable {
  /// What is open, worst first.
  public let answer: FleetAnswer
  /// The severities of those that count: nobody acknowledged them.
  public let severities: [Severity]
}

extension Fleet {
  /// All that is wrong: what each host found, and what only the fleet can find.
  /// - Parameters:
  ///   - kinds: words of kinds; none: all.
  ///   - isOwn: whether findings of the fleet are among them.
  public func findings(
    _ moment: FleetMoment, kinds: Set<String> = [], isOwn: Bool = true
  ) throws -> FleetFindings {
    var found = try findingsOfHosts(moment, kinds)
    if isOwn {
      found += try ownFindings(moment).filter { kinds.isEmpty || kinds.contains($0.kind) }
    }
    found.sort()
    return FleetFindings(
      answer: FleetAnswer(
        [
          "host", "kind", "severity", "filename", "image-id", "shared-id", "pool", "domain",
          "reference.role", "reference.stored", "reference.target", "since.scan", "since.time",
          "last-good.scan", "last-good.time", "other-host", "storage", "acknowledged.by", "message",
        ],
        shown: ["host", "severity", "kind", "filename", "domain", "message"], found.map(\.object)),
      severities: found.filter { !$0.isAcknowledged }.map(\.severity))
  }

  /// Words of the kinds that only the fleet finds.
  public static var ownKinds: [String] { FleetKind.allCases.map(\.rawValue) }

  private func findingsOfHosts(_ moment: FleetMoment, _ kinds: Set<String>) throws -> [Found] {
    let list = kinds.isEmpty ? nil : kinds.sorted().joined(separator: ",")
    return try server.rows(
      StatementText.text(PackageResources.fleet_findings_of_hosts_sql),
      [moment.value, .text(list), .number(moment.reference)]
    ).map(Found.init(ofHost:))
  }

  private func ownFindings(_ moment: FleetMoment) throws -> [Found] {
    let rows =
      try server.rows(StatementText.text(PackageResources.fleet_machines_sql), [moment.value])
      + server.rows(
        StatementText.text(PackageResources.fleet_standing_sql), moment.measures)
      + server.rows(StatementText.text(PackageResources.fleet_copies_sql), [moment.value])
    return try rows.compactMap { row in
      guard let kind = FleetKind(rawValue: row["kind"] ?? "") else { return nil }
      return Found(kind, row, try path(row))
    }
  }

  /// Where the image of a finding stands at its host.
  private func path(_ row: ServerRow) throws -> PathBytes? {
    if let source = row.number("source"), let image = row.number("image") {
      return try place(of: image, source)
    }
    return row.path("name")
  }

  /// Where an image stands, or stood last.
  func place(of image: Int64, _ source: Int64) throws -> PathBytes? {
    let row = try server.row(
      """
      SELECT directory.path, place.name FROM place
      JOIN directory ON directory.source = place.source AND directory.id = place.directory
      WHERE place.source = $1 AND place.image = $2
      ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path, place.name LIMIT 1
      """, [.number(source), .number(image)])
    return row?.place
  }
}

extension ServerRow {
  /// The path of the columns `path` and `name`.
  var place: PathBytes? {
    guard let directory = path("path"), let name = bytes("name") else { return nil }
    return directory.appending(name)
  }
}

/// A finding on its way into an answer.
private struct Found: Comparable {
  let kind: String
  let severity: Severity
  let host: String
  let filename: PathBytes?
  let object: FleetObject
  let isAcknowledged: Bool

  init(ofHost row: ServerRow) {
    let kind = row["kind"] ?? ""
    let rule = Rule[FindingKind(rawValue: kind)]
    self.kind = kind
    severity = rule?.severity ?? Severity(rawValue: row["severity"] ?? "") ?? .warning
    host = row["host"] ?? ""
    filename = row.place
    isAcknowledged = row["word_who"] != nil
    var object = FleetObject()
    object.set("host", host)
    object.set("kind", kind)
    object.set("severity", severity.rawValue)
    object.set("filename", filename)
    let holder = row.number("holder") ?? 0
    object.set("image-id", holder > 0 ? holder : nil)
    object.set("shared-id", row.number("shared"))
    object.set("pool", row["pool"])
    object.set("domain", row["domain"])
    if let role = row["role"] {
      var reference = FleetObject()
      reference.set("role", role)
      reference.set("stored", row.path("stored"))
      if let directory = row.path("target_directory"), let name = row.bytes("target_name") {
        reference.set("target", directory.appending(name))
      }
      reference.set("format", row["recorded_format"])
      object.set("reference", .object(reference))
    }
    object.set("since", scan: row.number("from_scan"), row.number("since_time"))
    object.set("last-good", scan: row.number("last_good"), row.number("good_time"))
    if isAcknowledged {
      var word = FleetObject()
      word.set("by", row["word_who"])
      word.set("reason", row["word_reason"])
      object.set("acknowledged", .object(word))
    }
    let title = rule.map { $0.title + "; " } ?? ""
    object.set("message", "\(title)'backstory-fleet check --host \(host)' says why, and what to do")
    self.object = object
  }

  init(_ kind: FleetKind, _ row: ServerRow, _ path: PathBytes?) {
    self.kind = kind.rawValue
    severity = kind.severity
    host = row["host"] ?? ""
    filename = path
    isAcknowledged = false
    var object = FleetObject()
    object.set("host", host)
    object.set("kind", kind.rawValue)
    object.set("severity", severity.rawValue)
    object.set("filename", path)
    object.set("image-id", row.number("image"))
    object.set("shared-id", row.number("shared"))
    object.set("domain", row["machine"])
    object.set("other-host", row["other_host"])
    object.set("storage", row["storage"])
    if let since = row.number("since") {
      var point = FleetObject()
      point.set("scan", row.number("since_scan"))
      point.set("time", Moment(milliseconds: since).text)
      object.set("since", .object(point))
    }
    object.set("message", kind.message(row))
    self.object = object
  }

  static func < (left: Found, right: Found) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.host != right.host { return left.host < right.host }
    if left.filename != right.filename { return left.filename ?? "" < right.filename ?? "" }
    return left.kind < right.kind
  }
  static func == (left: Found, right: Found) -> Bool { left.object == right.object }
}
