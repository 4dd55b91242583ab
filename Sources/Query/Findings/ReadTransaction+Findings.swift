internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  private static let selection = StatementText.text(PackageResources.ask_findings_sql)

  /// Open findings, and with `closedAfter` those that closed after that scan; worst first.
  func findings(
    kinds: Set<FindingKind>, pool: String?, closedAfter start: Int64?,
    includingUntold: Bool = false
  ) throws -> [Finding] {
    // Both halves by indexes that hold nothing else: most of what a year has found is closed.
    let found = try rows(
      Self.selection + """
         WHERE finding.id IN (
          SELECT id FROM finding WHERE until_scan IS NULL
          UNION ALL SELECT id FROM finding
            WHERE until_scan > coalesce(:start, (SELECT scan FROM asof))
          UNION ALL SELECT finding FROM lifted
            WHERE scan > coalesce(:start, (SELECT scan FROM asof)))
        AND (finding.is_open OR finding.closed_by > :start)
        AND \(Self.isOne(of: kinds))
        """, ["start": start])
    let answers = try includingUntold ? answers(found) : told(answers(found))
    guard let pool else { return answers }
    return answers.filter { $0.isOf(pool: pool) }
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
  func findings(ofImage id: Int64) throws -> [Finding] {
    try told(answers(rows(Self.selectionOfImage + " AND finding.is_open", ["image": id])))
  }

  /// Findings open on machines that miss an image where it was.
  func findings(ofMachinesThatMiss id: Int64) throws -> [Finding] {
    try findings(
      """
      finding.id IN (
        SELECT finding.id FROM want_at AS want
        CROSS JOIN finding ON finding.holder = want.holder AND finding.ordinal IS want.ordinal
        WHERE want.kind = 'image' AND want.key = :image AND want.holder < 0
          AND want.why IN ('led-to', 'stood-there'))
        AND finding.is_open AND link.state = 'missing'
      """, ["image": id])
  }

  /// Findings that meet a condition, with those that are in doubt.
  func findings(
    _ condition: String, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> [Finding] {
    try answers(rows(Self.selection + " WHERE " + condition, values))
  }

  /// The numbers of the findings that meet a condition, in the order of `findings`. It is much cheaper than the
  /// findings themselves, so it serves answers that show a few of many.
  func order(
    ofFindings condition: String, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> [Int64] {
    let found = try rows(Self.selection + " WHERE " + condition, values)
    var places = try PlaceCache(self)
    var numbers: [Int64] = []
    var ranks: [FindingRank] = []
    while let row = try found.next() {
      guard let subject = try subject(row, &places) else { continue }
      ranks.append(
        FindingRank(
          subject.rule.kind, subject.filename, since: row["from_scan"], at: numbers.count))
      numbers.append(row["id"])
    }
    return ranks.sorted().map { numbers[$0.position] }
  }

  /// Findings open at this scan and not at another, with those that are in doubt.
  func findings(notOpenAt other: Int64) throws -> [Finding] {
    try answers(
      rows(
        Self.selection + """
           WHERE finding.id IN (
            SELECT id FROM finding WHERE from_scan > :earlier AND from_scan <= :later
            UNION SELECT id FROM finding WHERE until_scan > :earlier AND until_scan <= :later
            UNION SELECT finding FROM lifted WHERE scan > :earlier AND scan <= :later)
          AND finding.is_open
          AND NOT (finding.from_scan <= :other
            AND (finding.until_scan IS NULL OR finding.until_scan > :other)
            AND NOT EXISTS (
              SELECT 1 FROM lifted WHERE lifted.finding = finding.id AND lifted.scan <= :other))
          """, ["earlier": min(at, other), "later": max(at, other), "other": other]))
  }

  /// Every finding that an image ever had, up to this scan, with those that are in doubt.
  func allFindings(ofImage id: Int64) throws -> [Finding] {
    try answers(rows(Self.selectionOfImage, ["image": id]))
  }

  /// Those of some findings that are told: what is open and in doubt as of this scan is not. That it closed is told.
  func told(_ findings: [Finding]) throws -> [Finding] {
    let untold = try untoldKinds()
    if untold.isEmpty { return findings }
    return findings.filter { $0.closed != nil || !untold.contains($0.kind) }
  }

  /// The kinds of findings that are in doubt as of this scan.
  private func untoldKinds() throws -> Set<FindingKind> {
    try Set(
      rows("SELECT kind FROM untold WHERE scan = (SELECT scan FROM asof)")
        .map { FindingKind(rawValue: $0[0]) })
  }

  /// The scans of which findings are in doubt, by kind.
  func untoldScans() throws -> [FindingKind: Set<Int64>] {
    let found = try rows("SELECT kind, scan FROM untold WHERE scan <= (SELECT scan FROM asof)")
    var scans: [FindingKind: Set<Int64>] = [:]
    while let row = try found.next() {
      scans[FindingKind(rawValue: row[0]), default: []].insert(row[1])
    }
    return scans
  }

  private func answers(_ found: AsOfRows) throws -> [Finding] {
    var known = try FindingSurroundings(self)
    var answers: [Finding] = []
    while let row = try found.next() {
      if let answer = try answer(row, &known) { answers.append(answer) }
    }
    // Their ranks are compared and moved, and each finding once: it is a large value.
    return answers.enumerated().map { position, finding in
      FindingRank(finding.kind, finding.filename, since: finding.since.scan, at: position)
    }.sorted().map { answers[$0.position] }
  }

  /// What a finding is about, as its row says it.
  private struct Subject {
    let rule: Rule
    /// Who has the reference: an image, or below zero a machine.
    let holder: Int64
    /// The image that it is wrong with; a machine's finding is about the image that it uses.
    let image: Int64?
    let place: PlaceCache.Place?
    let reference: FindingReference?

    var target: PathBytes? { holder > 0 ? reference?.target : place?.path ?? reference?.target }
    var filename: PathBytes? { holder > 0 ? place?.path : target }
  }

  private func subject(_ row: Row, _ places: inout PlaceCache) throws -> Subject? {
    guard let rule = Rule[FindingKind(rawValue: row["kind"])] else { return nil }
    let holder: Int64 = row["holder"]
    let image = holder > 0 ? holder : row["target_image"] as Int64?
    var place = try image.flatMap { try places.place(of: $0, at: row["last_open"]) }
    // What was told of a disk is told on while it is away.
    if place == nil, [.headerAppeared, .headerVanished].contains(rule.kind) {
      place = try lastPlace(of: holder).map { ($0, nil, []) }
    }
    return Subject(
      rule: rule, holder: holder, image: image, place: place,
      reference: holder > 0
        ? Self.reference(row, in: place?.path.directory) : Self.domainReference(row))
  }

  private func answer(
    _ row: Row, _ known: inout FindingSurroundings
  ) throws -> Finding? {
    guard let subject = try subject(row, &known.places) else { return nil }
    let (rule, holder, image, place) = (
      subject.rule, subject.holder, subject.image, subject.place
    )
    let closed = row["closed_by"] as Int64?
    let domain = row["domain_name"] as String?
    let then = asked(at: row["last_open"])
    let found = try cause(row, rule, then, &known)
    var detail = try rule.details(row, then, &known)
    // Of what moved it is known where it is, and no other file of that name is meant.
    if found?.kind == .targetMoved, detail["namesake"] != nil {
      (detail["namesake"], detail["now-at"]) = (nil, found?.nowAt.first?.displayText)
    }
    let terms = FindingTerms(
      subject: domain ?? place?.path.displayText ?? "#\(holder)",
      target: subject.target?.displayText ?? "", detail: detail,
      word: place?.path.wordOfCommand ?? image.map { "\\#\($0)" },
      keeper: (row["domain_kind"] as String?).flatMap { $0 == "libvirt" ? nil : $0 })
    var answer = Finding(
      kind: rule.kind, since: point(row["from_scan"]), message: rule.sentence(terms))
    answer.particulars = detail
    if rule.kind == .baseModified { answer.victims = try then.victims(of: holder) }
    answer.number = row["id"]
    answer.causeNumber = row["cause_number"]
    answer.ordinal = row["ordinal"]
    answer.landing = Self.landing(row)
    answer.filename = subject.filename
    answer.imageID = image
    answer.pool =
      try place?.pool
      ?? (row["target_directory"] as Data?).flatMap { try then.pool(ofDirectory: $0) }
    answer.otherPools = place?.otherPools ?? []
    answer.domain = domain
    // What a guest writes to a base spoils all that stands on it.
    if let hit = holder > 0 ? holder : rule.kind == .baseInUse ? image : nil {
      answer.domains = try known.machines.names(above: hit, then)
    }
    answer.reference = subject.reference
    answer.lastGood = (row["last_good"] as Int64?).map(point)
    answer.cause = found
    answer.closed = closed.map(point)
    answer.isLifted = row["lifted_by"] as Int64? != nil
    if closed == nil { answer.acknowledged = known.acknowledgements[row["id"]] }
    answer.settled = closed.flatMap { _ in known.settlements[row["id"]] }
    if let closed = answer.closed { answer.message = answer.ending(in: closed) }
    return answer
  }

  private func cause(
    _ row: Row, _ rule: Rule, _ then: ReadTransaction, _ known: inout FindingSurroundings
  ) throws -> FindingCause? {
    guard
      rule.traits.contains(.targetIsGone)
        || [.backingFormatMismatch, .backingChanged].contains(rule.kind)
    else {
      return try (row["cause"] as String?).map { try known.keptCauses.cause($0, then) }
    }
    guard let ordinal = row["ordinal"] as Int64?, let stored = row["stored"] as Data?,
      let state = (row["link_state"] as String?).flatMap(LinkState.init),
      let from = row["link_from"] as Int64?
    else { return nil }
    let link = CauseSearch.Link(
      kind: rule.kind, holder: row["holder"], ordinal: ordinal, since: row["from_scan"],
      lastGood: row["last_good"], stored: stored, state: state, target: row["target_image"],
      from: from, directory: row["link_directory"], name: row["target_name"])
    return try known.causes.cause(link, then)
  }

  private static func reference(_ row: Row, in directory: PathBytes?) -> FindingReference? {
    guard let text = row["role"] as String?, let role = ReferenceRole(rawValue: text),
      let stored = row["stored"] as Data?
    else { return nil }
    let whole = Reference(
      role: role, storedBytes: Array(stored),
      heldBy: ImageFormat(rawValue: row["detected_format"] ?? "") ?? .raw, in: directory ?? "/",
      format: nil)
    let target =
      placeOfParent(row, role) ?? whole.target.path.map { PathBytes($0) }
      ?? whole.target.uri.map { PathBytes($0.utf8) }
    return FindingReference(
      role: role, stored: whole.stored, target: target, format: row["recorded_format"])
  }

  private static func landing(_ row: Row) -> PathBytes? {
    guard let directory = row["landing_directory"] as Data?, let name = row["target_name"] as Data?
    else { return nil }
    return PathBytes(directory: directory, name: name)
  }

  /// Where a link to a parent leads by another of its names than the stored one; `nil` where there is but one.
  private static func placeOfParent(_ row: Row, _ role: ReferenceRole) -> PathBytes? {
    guard role == .backing, let directory = row["target_directory"] as Data?,
      ["vpc", "vhdx"].contains(row["detected_format"] as String?)
    else { return nil }
    return PathBytes(directory: directory, name: row["target_name"])
  }
}
