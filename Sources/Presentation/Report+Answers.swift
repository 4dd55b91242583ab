public import Model
public import Query

extension Report {
  /// The answer of `scan`.
  public static func scan(_ answer: ScanResult) -> Report {
    Report(one: answer) { try $0.scan($1) }
  }

  /// The answer of `list`.
  ///
  /// - Parameter total: how many there are, where not all of them are listed.
  public static func images(
    _ images: @escaping Elements<Image>, of total: @escaping () -> Int64? = { nil }
  ) -> Report {
    Report(each: images) { try $0.images(images, of: total) }
  }

  /// The answer of `inspect`.
  public static func inspection(_ images: @escaping Elements<Image>) -> Report {
    Report(each: images) { page in
      try images { image in
        try page.gap()
        try page.card(of: image, now: nil)
      }
    }
  }

  /// The answer of `show`, as of a scan.
  public static func image(_ image: Image, now: ScanPoint?) -> Report {
    Report(one: image) { try $0.card(of: $1, now: now) }
  }

  /// The answer of `chain`: images, top first.
  public static func chain(_ images: [Image]) -> Report {
    Report(list: images) { try $0.chain($1) }
  }

  /// The answer of `dependents`.
  public static func dependents(_ dependents: [Dependent]) -> Report {
    Report(list: dependents) { try $0.dependents($1) }
  }

  /// The answer of `check` and its shortcuts, as of a scan.
  ///
  /// - Parameter groups: the open ones by cause, for eyes; asked only where these look.
  public static func findings(
    _ findings: [Finding], now: ScanPoint?, form: FindingsForm = FindingsForm(),
    groups: (() throws -> [CauseGroup])? = nil
  ) -> Report {
    Report(list: findings) { page, findings in
      let groups =
        try groups?()
        ?? CauseGroup.groups(
          of: findings, at: now ?? ScanPoint(scan: 0, time: Moment(milliseconds: 0)),
          isLatest: false)
      try page.findings(findings, groups, now: now, form)
    }
  }

  /// The answer of `ack`, `settle` and `keep`.
  public static func words(_ words: [WordEntry]) -> Report {
    Report(list: words) { try $0.words($1) }
  }

  /// The answer of `orphans`, as of a scan.
  ///
  /// - Parameter unknown: images that were not asked for, of which it is unknown whether anything uses them.
  public static func orphans(
    _ orphans: [Orphan], unknown: [Orphan] = [], now: ScanPoint?
  ) -> Report {
    Report(list: orphans) { try $0.orphans($1, unknown: unknown, now: now) }
  }

  /// The answer of `diff`.
  public static func difference(_ answer: Difference, form: DiffForm = .whole) -> Report {
    Report(
      one: answer,
      rows: { answer in
        answer.changes.map { DiffRow($0) }
          + answer.opened.map { DiffRow("finding-opened", $0) }
          + answer.closed.map { DiffRow("finding-closed", $0) }
      }, human: { try $0.difference($1, form) })
  }

  /// The answer of `history`, oldest first.
  public static func history(_ events: [Event]) -> Report {
    Report(list: events) { try $0.history($1) }
  }

  /// The answer of `log`, in the order in which it comes.
  public static func log(form: LogForm, _ events: @escaping Elements<Event>) -> Report {
    Report(each: events) { try $0.log(events, form: form) }
  }

  /// The answer of `scans`.
  public static func scans(_ scans: [ScanSummary]) -> Report {
    Report(list: scans) { try $0.scans($1) }
  }

  /// The answer of `prune`.
  public static func prune(_ answer: PruneResult) -> Report {
    Report(
      one: answer,
      rows: { answer in
        answer.kept.map { PruneRow(point: $0, isKept: true) }
          + answer.forgotten.map { PruneRow(point: $0, isKept: false) }
      }, human: { try $0.prune($1) })
  }

  /// The answer of `verify`.
  public static func defects(_ defects: [Defect]) -> Report {
    Report(list: defects) { try $0.defects($1) }
  }

  /// The answer of `pools`.
  public static func pools(_ pools: [PoolSummary]) -> Report {
    Report(list: pools) { try $0.pools($1) }
  }

  /// The answer of `pools --forget` and `pools --rename`.
  public static func poolChange(_ answer: PoolChangeResult) -> Report {
    Report(one: answer) { try $0.poolChange($1) }
  }

  /// The answer of `sql`; the first row says what the columns are called.
  public static func rows(_ rows: @escaping Elements<QueryRow>) -> Report {
    Report(rows: rows) { try $0.rows(rows) }
  }
}
