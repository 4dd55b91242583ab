import DiskImage
internal import Model
internal import Query
internal import Rules

// What the cells leave out is in the JSON: the insides of `format-specific`, and the elements of
// lists of objects, of which the number is given. Lists of texts are joined with `; `.

extension Image: CSVRow {
  static let columns: [CSVColumn<Image>] =
    CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("pool") { .text($0.pool) },
      CSVColumn("format") { .text($0.format) },
      CSVColumn("virtual-size") { .number($0.virtualSize) },
      CSVColumn("actual-size") { .number($0.actualSize) },
      CSVColumn("file-size") { .number($0.fileSize) },
      CSVColumn("cluster-size") { .number($0.clusterSize) },
      CSVColumn("encrypted") { .flag($0.isEncrypted ? true : nil) },
      CSVColumn("dirty-flag") { .flag($0.isDirty) },
      CSVColumn("in-use") { .flag($0.isInUse) },
      CSVColumn("snapshots") { .number($0.snapshots.count) },
    ]
    + CSVColumn.path("backing-filename") { $0.backingFilename }
    + CSVColumn.path("full-backing-filename") { $0.fullBackingFilename }
    + [
      CSVColumn("backing-filename-format") { .text($0.backingFilenameFormat) },
      CSVColumn("backing-state") { .text($0.backingState?.rawValue) },
      CSVColumn("content") { .text($0.content) },
      CSVColumn("modified") { .text($0.modified?.text) },
      CSVColumn("header-fault") { .text($0.fault) },
      CSVColumn("other-names") { .list($0.otherNames.map(TerminalText.escaped)) },
    ]
    + CSVColumn.point("first-seen") { $0.firstSeen }
    + CSVColumn.point("last-changed") { $0.lastChanged }
    + [
      CSVColumn("references") { .number($0.references?.count) },
      CSVColumn("dependents") { .number($0.dependents?.count) },
      CSVColumn("findings") { .number($0.findings?.count) },
      CSVColumn("base-modified") { .flag($0.isBaseModified ? true : nil) },
      CSVColumn("exclusive-size") { .number($0.exclusiveSize) },
    ]
}

extension Finding: CSVRow {
  static let columns: [CSVColumn<Finding>] =
    [
      CSVColumn("kind") { .text($0.kind.rawValue) },
      CSVColumn("severity") { .text($0.severity.rawValue) },
    ]
    + CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("pool") { .text($0.pool) },
      CSVColumn("domain") { .text($0.domain) },
      CSVColumn("reference.role") { .text($0.reference?.role.rawValue) },
    ]
    + CSVColumn.path("reference.stored") { $0.reference?.stored }
    + CSVColumn.path("reference.target") { $0.reference?.target }
    + [CSVColumn("reference.format") { .text($0.reference?.format) }]
    + CSVColumn.point("since") { $0.since }
    + CSVColumn.point("last-good") { $0.lastGood }
    + CSVColumn.point("closed") { $0.closed }
    + [
      CSVColumn("cause.kind") { .text($0.cause?.kind.rawValue) },
      CSVColumn("cause.evidence") { .text($0.cause?.evidence) },
      CSVColumn("cause.now-at") { .list(($0.cause?.nowAt ?? []).map(TerminalText.escaped)) },
      CSVColumn("message") { .text($0.message) },
      CSVColumn("domains") { .list($0.domains) },
      CSVColumn("victims") { .list($0.victims.map(TerminalText.escaped)) },
    ]
    + SpokenWord.columns("acknowledged") { $0.acknowledged }
    + SpokenWord.columns("settled") { $0.settled }
}

extension Dependent: CSVRow {
  static let columns: [CSVColumn<Dependent>] =
    CSVColumn.path("filename") { $0.image?.path }
    + [
      CSVColumn("image-id") { .number($0.image?.id) },
      CSVColumn("domain") { .text($0.domain?.name) },
      CSVColumn("target") { .text($0.domain?.target) },
      CSVColumn("depth") { .number($0.depth) },
      CSVColumn("via") { .text($0.via) },
    ]
    + CSVColumn.path("upon") { $0.upon }
    + [
      CSVColumn("actual-size") { .number($0.actualSize) },
      CSVColumn("certain") { .flag($0.doubt == nil) },
      CSVColumn("why") { .text($0.doubt) },
      CSVColumn("by") { .text($0.person?.name) },
      CSVColumn("reason") { .text($0.person?.reason) },
    ]

  /// The holder, where it is an image.
  var image: (path: PathBytes, id: Int64)? {
    if case .image(let path, let id) = holder { (path, id) } else { nil }
  }

  /// The holder, where it is a domain.
  var domain: (name: String, target: String?)? {
    if case .domain(let name, let target) = holder { (name, target) } else { nil }
  }

  /// The holder, where a person keeps it.
  var person: (name: String, reason: String?)? {
    if case .person(let name, let reason) = holder { (name, reason) } else { nil }
  }
}

extension SpokenWord {
  /// The columns of a word, with a prefix before their keys.
  static func columns<Row>(
    _ prefix: String, _ word: @escaping @Sendable (Row) -> SpokenWord?
  ) -> [CSVColumn<Row>] {
    let key = { (name: String) in prefix.isEmpty ? name : prefix + "." + name }
    return [
      CSVColumn(key("by")) { .text(word($0)?.by) },
      CSVColumn(key("reason")) { .text(word($0)?.reason) },
    ]
      + CSVColumn.point(key("since")) { word($0)?.since }
      + [
        CSVColumn(key("said")) { .text(word($0)?.said.text) },
        CSVColumn(key("until")) { .text(word($0)?.until?.text) },
      ]
  }
}

extension WordEntry: CSVRow {
  static let columns: [CSVColumn<WordEntry>] =
    [
      CSVColumn("finding.kind") { .text($0.finding?.kind.rawValue) },
      CSVColumn("finding.severity") { .text($0.finding?.severity.rawValue) },
    ]
    + CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("domain") { .text($0.finding?.domain) },
    ]
    + SpokenWord.columns("") { $0.word }
}

extension Orphan: CSVRow {
  static let columns: [CSVColumn<Orphan>] =
    CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("verdict") { .text($0.verdict.rawValue) },
    ]
    + CSVColumn.point("since") { $0.since }
    + CSVColumn.path("last-user") { $0.lastUser }
    + [
      CSVColumn("reclaimable-size") { .number($0.reclaimableSize) },
      CSVColumn("evidence") { .list($0.evidence) },
      CSVColumn("at-most") { .flag($0.isAtMost ? true : nil) },
    ]
}

extension SourceChangeResult: CSVRow {
  static let columns: [CSVColumn<SourceChangeResult>] =
    CSVColumn.path("source") { $0.source } + [
      CSVColumn("machines") { .number($0.machines) },
      CSVColumn("findings") { .number($0.findings) },
      CSVColumn("dry-run") { .flag($0.isDryRun) },
    ]
}

extension PoolChangeResult: CSVRow {
  static let columns: [CSVColumn<PoolChangeResult>] =
    [CSVColumn("name") { .text($0.name) }]
    + CSVColumn.path("path") { $0.path }
    + [
      CSVColumn("previous-name") { .text($0.previousName) },
      CSVColumn("images") { .number($0.images) },
      CSVColumn("findings") { .number($0.findings) },
      CSVColumn("dry-run") { .flag($0.isDryRun) },
    ]
}

extension PoolSummary: CSVRow {
  static let columns: [CSVColumn<PoolSummary>] =
    [CSVColumn("name") { .text($0.outcome.name) }]
    + CSVColumn.path("path") { $0.outcome.path }
    + [
      CSVColumn("state") { .text($0.outcome.state.rawValue) },
      CSVColumn("images") { .number($0.outcome.images) },
      CSVColumn("reason") { .text($0.outcome.reason) },
      CSVColumn("actual-size") { .number($0.actualSize) },
      CSVColumn("open-findings") { .number($0.openFindings) },
    ]
    + CSVColumn.point("last-scan") { $0.lastScan }
    + CSVColumn.point("last-complete-scan") { $0.lastComplete }
}
