internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

extension Question {
  private static let selection = StatementText.text(PackageResources.ask_findings_sql)

  /// Open findings, and with `closedAfter` those that closed after that scan; worst first.
  func findings(
    kinds: Set<FindingKind>, pool: String?, closedAfter start: Int64?
  ) throws -> [FindingAnswer] {
    // Both halves by indexes that hold nothing else: most of what a year has found is closed.
    let found = try rows(
      Self.selection + """
         WHERE finding.id IN (
          SELECT id FROM finding WHERE until_scan IS NULL
          UNION ALL SELECT id FROM finding
            WHERE until_scan > coalesce(:start, (SELECT scan FROM asof)))
        AND \(Self.isOne(of: kinds))
        """, ["start": start])
    return try answers(found).filter { pool == nil || $0.pool == pool }
  }

  /// The SQL that says that a finding is of one of some kinds; of any, where there are none.
  private static func isOne(of kinds: Set<FindingKind>) -> String {
    let words = kinds.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    return kinds.isEmpty ? "TRUE" : "finding.kind IN (\(words))"
  }

  /// What an image has, or a domain has with it; by indexes, however many there are in all.
  private static let selectionOfImage =
    selection + """
       WHERE finding.id IN (
        SELECT id FROM finding WHERE holder = :image
        UNION SELECT finding.id FROM link
          CROSS JOIN finding ON finding.holder = link.holder
            AND finding.ordinal IS link.ordinal
          WHERE link.target_image = :image AND link.holder < 0)
        AND (finding.holder = :image OR link.target_image = :image)
      """

  /// Findings open on one image.
  func findings(ofImage id: Int64) throws -> [FindingAnswer] {
    try answers(
      rows(Self.selectionOfImage + " AND finding.is_open", ["image": id]))
  }

  /// Findings open at this scan and not at another.
  func findings(notOpenAt other: Int64) throws -> [FindingAnswer] {
    try answers(
      rows(
        Self.selection + """
           WHERE finding.id IN (
            SELECT id FROM finding WHERE from_scan > :earlier AND from_scan <= :later
            UNION SELECT id FROM finding WHERE until_scan > :earlier AND until_scan <= :later)
          AND finding.is_open
          AND NOT (finding.from_scan <= :other
            AND (finding.until_scan IS NULL OR finding.until_scan > :other))
          """, ["earlier": min(at, other), "later": max(at, other), "other": other]))
  }

  /// Every finding that an image ever had, up to this scan.
  func allFindings(ofImage id: Int64) throws -> [FindingAnswer] {
    try answers(rows(Self.selectionOfImage, ["image": id]))
  }

  private func answers(_ found: AsOfRows) throws -> [FindingAnswer] {
    var known = try FindingSurroundings(self)
    var answers: [FindingAnswer] = []
    while let row = try found.next() {
      if let answer = try answer(row, &known) { answers.append(answer) }
    }
    // Their ranks are compared and moved, and each finding once: it is a large value.
    return answers.indices.map { FindingRank(answers[$0], at: $0) }.sorted()
      .map { answers[$0.position] }
  }

  private func answer(
    _ row: Row, _ known: inout FindingSurroundings
  ) throws -> FindingAnswer? {
    guard let kind = FindingKind(rawValue: row["kind"]) else { return nil }
    let until = row["until_scan"] as Int64?
    let isClosed = until.map { $0 <= at } ?? false
    let holder: Int64 = row["holder"]
    let domain = row["domain_name"] as String?
    // A domain's finding is about the image that it uses.
    let image = holder > 0 ? holder : row["target_image"] as Int64?
    let place = try image.flatMap {
      try known.places.place(of: $0, at: isClosed ? (until ?? at) - 1 : at)
    }
    let reference =
      holder > 0 ? Self.reference(row, in: place?.path.directory) : Self.domainReference(row)
    let then = asked(at: row["last_open"])
    let detail = try detail(row, kind, then, &known)
    let target = holder > 0 ? reference?.target : place?.path ?? reference?.target
    let message = FindingMessage(
      subject: domain ?? place?.path.displayText ?? "#\(holder)",
      target: target?.displayText ?? "", detail: detail)
    var answer = FindingAnswer(
      kind: kind, since: point(row["from_scan"]), message: message.text(kind))
    answer.particulars = detail
    answer.number = row["id"]
    answer.ordinal = row["ordinal"]
    answer.filename = holder > 0 ? place?.path : target
    answer.imageID = image
    answer.pool =
      try place?.pool
      ?? (row["target_directory"] as Data?).flatMap { try then.pool(ofDirectory: $0) }
    answer.domain = domain
    answer.reference = reference
    answer.lastGood = (row["last_good"] as Int64?).map(point)
    answer.cause = try (row["cause"] as String?).map { try known.causes.cause($0) }
    if isClosed, let until { answer.closed = point(until) }
    return answer
  }

  private static func reference(_ row: Row, in directory: PathBytes?) -> FindingReference? {
    guard let text = row["role"] as String?, let role = ReferenceRole(rawValue: text),
      let stored = row["stored"] as Data?
    else { return nil }
    let whole = ReferenceAnswer(
      role: role, storedBytes: Array(stored),
      heldBy: ImageFormat(rawValue: row["detected_format"] ?? "") ?? .raw, in: directory ?? "/",
      format: nil)
    let target =
      whole.target.path.map { PathBytes($0) } ?? whole.target.uri.map { PathBytes($0.utf8) }
    return FindingReference(
      role: role, stored: whole.stored, target: target, format: row["recorded_format"])
  }

  /// The numbers and names for the message, as they were when the finding was last open.
  private func detail(
    _ row: Row, _ kind: FindingKind, _ then: Question, _ known: inout FindingSurroundings
  ) throws -> [String: String] {
    var detail: [String: String] = [:]
    switch kind {
    case .backingLoop:
      detail["length"] = try "\(known.lengths.length(ofChain: row["holder"], at: then.at))"
    case .chainTooDeep:
      detail["length"] = try "\(known.lengths.length(ofChain: row["holder"], at: then.at))"
      detail["allowed"] = try (row["detail"] as String?).map { try known.depths.value($0).allowed }
        .map(String.init)
    case .backingInvalid: detail = Self.invalidBase(Array(row["stored"] as Data? ?? Data()))
    case .backingNameLong: detail["length"] = (row["stored"] as Data?).map { "\($0.count)" }
    case .backingFormatMismatch:
      detail["recorded"] = row["recorded_format"] ?? row["format_in_reference"]
      detail["detected"] = row["target_format"]
    case .headerMalformed: detail["fault"] = row["fault"]
    case .unknownFeature: detail["feature"] = row["unknown_feature"]
    case .headerAppeared: detail["format"] = row["detected_format"]
    case .backingFormatUnrecorded:
      detail["base"] = try LibvirtReception(row, in: then).inWords
      detail["holder"] = row["detected_format"]
    case .domainFormatMismatch:
      detail["recorded"] = row["recorded_format"]
      detail["detected"] = row["target_format"]
    case .domainImageMissing where row["detail"] as String? == "{\"deleted\":true}":
      detail["deleted"] =
        try then.whereItIsOpen(holder: row["holder"], ordinal: row["ordinal"]) ?? ""
    case .domainImageMissing where (row["domain_kind"] as String?).map { $0 != "libvirt" } == true:
      detail["editor"] = "in its configuration"
    case .domainImageMissing where row["detail"] != nil:
      detail["beside"] = try then.nameOfBase(of: row["target_image"])
    case .baseInUse: detail["overlays"] = try then.overlaysInWords(of: row["target_image"])
    case .domainChainRefused:
      let refused = try then.refusedChain(ofDomain: row["holder"], disk: row["ordinal"])
      detail = refused?.detail(domain: row["domain_name"] ?? "") ?? [:]
    case .sharedWritable: detail["domains"] = try then.writersInWords(of: row["holder"])
    case .chainLeftover:
      detail["base"] = (row["target_name"] as Data?).map { PathBytes($0).displayText }
    case .headerVanished:
      detail["was"] = try (row["detail"] as String?).map { try known.headers.value($0).was }
    case .backingMissing, .backingUnreadable, .dataFileMissing, .extentMissing,
      .backingOutsidePools, .backingRemote, .imageDirty, .imageCorrupt, .orphan, .baseModified,
      .parentMismatch, .domainImageMissing, .domainChainMismatch:
      break
    }
    return detail
  }
}

extension Question {
  /// A name that means nothing, and why.
  fileprivate static func invalidBase(_ stored: [UInt8]) -> [String: String] {
    let target = ReferenceTarget(parsing: stored, in: [UInt8(ascii: "/")])
    let shown = PathBytes(ReferenceTarget.redacting(stored)).displayText
    return ["stored": shown, "why": target.invalid ?? "?"]
  }
}

/// What a finding about a header that is gone keeps: the format that it was of.
struct HeaderDetail: Decodable {
  let was: String
}

/// What a finding about a deep chain keeps: the length that was allowed then.
struct DepthDetail: Decodable {
  let allowed: Int64
}

/// Where a finding stands among others: the worst first, then by path, kind and age.
private struct FindingRank: Comparable {
  let severity: Severity
  let filename: PathBytes
  let kind: String
  let scan: Int64
  /// Where the finding was before.
  let position: Int

  init(_ finding: FindingAnswer, at position: Int) {
    severity = finding.severity
    filename = finding.filename ?? ""
    kind = finding.kind.rawValue
    scan = finding.since.scan
    self.position = position
  }

  static func < (left: FindingRank, right: FindingRank) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.filename != right.filename { return left.filename < right.filename }
    if left.kind != right.kind { return left.kind < right.kind }
    return (left.scan, left.position) < (right.scan, right.position)
  }
}
