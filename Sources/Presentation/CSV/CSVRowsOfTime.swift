import DiskImage
internal import Model
internal import Query
internal import Rules

extension ScanSummary: CSVRow {
  static let columns: [CSVColumn<ScanSummary>] = [
    CSVColumn("number") { .number($0.number) },
    CSVColumn("state") { .text($0.state.rawValue) },
    CSVColumn("started") { .text($0.started.text) },
    CSVColumn("finished") { .text($0.finished.text) },
    CSVColumn("images") { .number($0.counts.images) },
    CSVColumn("added") { .number($0.counts.added) },
    CSVColumn("removed") { .number($0.counts.removed) },
    CSVColumn("moved") { .number($0.counts.moved) },
    CSVColumn("changed") { .number($0.counts.changed) },
    CSVColumn("replaced") { .number($0.counts.replaced) },
    CSVColumn("unchanged") { .number($0.counts.unchanged) },
    CSVColumn("unreadable") { .number($0.counts.unreadable) },
  ]
}

extension ScanResult: CSVRow {
  static let columns: [CSVColumn<ScanResult>] =
    ScanSummary.columns.map { column in
      CSVColumn("scan." + column.key) { column.cell($0.scan) }
    }
    + [
      CSVColumn("pools") { .number($0.pools.count) },
      CSVColumn("findings.open") { .number($0.openFindings) },
      CSVColumn("findings.opened") { .number($0.openedFindings) },
      CSVColumn("findings.closed") { .number($0.closedFindings) },
      CSVColumn("problems") { .number($0.problems.count) },
    ]
}

/// A scan, and whether a prune keeps it.
struct PruneRow: CSVRow {
  let point: ScanPoint
  let isKept: Bool

  static let columns: [CSVColumn<PruneRow>] = [
    CSVColumn("scan") { .number($0.point.scan) },
    CSVColumn("time") { .text($0.point.time.text) },
    CSVColumn("fate") { .text($0.isKept ? "kept" : "forgotten") },
  ]
}

extension Defect: CSVRow {
  static let columns: [CSVColumn<Defect>] = [
    CSVColumn("check") { .text($0.check) }, CSVColumn("subject") { .text($0.subject) },
    CSVColumn("message") { .text($0.message) },
  ]
}

extension Event: CSVRow {
  static let columns: [CSVColumn<Event>] =
    [
      CSVColumn("scan") { .number($0.point.scan) },
      CSVColumn("time") { .text($0.point.time.text) },
      CSVColumn("event") { .text($0.kind.rawValue) },
    ]
    + CSVColumn.path("filename") { $0.filename }
    + [CSVColumn("image-id") { .number($0.imageID) }]
    + CSVColumn.path("previous-filename") { $0.previousFilename }
    + [
      CSVColumn("fields") { .list($0.fields.map(\.arrowText)) },
      CSVColumn("finding.kind") { .text($0.finding?.kind.rawValue) },
      CSVColumn("finding.severity") { .text($0.finding?.severity.rawValue) },
      CSVColumn("finding.message") { .text($0.finding?.message) },
      CSVColumn("domain") { .text($0.domain) },
      CSVColumn("pool") { .text($0.poolName) }, CSVColumn("by") { .text($0.word?.by) },
      CSVColumn("reason") { .text($0.reason ?? $0.word?.reason) },
      CSVColumn("until") { .text($0.word?.until?.text) },
    ]
}

/// A row of a comparison: what happened to an image, or a finding that opened or closed.
struct DiffRow: CSVRow {
  /// `added` … `replaced`, `finding-opened`, `finding-closed`.
  let change: String
  let filename: PathBytes?
  let imageID: Int64?
  var previousFilename: PathBytes?
  var fields: [ImageChange.Field] = []
  var finding: Finding?

  init(_ change: ImageChange) {
    self.change = change.kind.rawValue
    filename = change.filename
    imageID = change.imageID
    previousFilename = change.previousFilename
    fields = change.fields
  }

  init(_ change: String, _ finding: Finding) {
    self.change = change
    filename = finding.filename
    imageID = finding.imageID
    self.finding = finding
  }

  static let columns: [CSVColumn<DiffRow>] =
    [CSVColumn("change") { .text($0.change) }]
    + CSVColumn.path("filename") { $0.filename }
    + [CSVColumn("image-id") { .number($0.imageID) }]
    + CSVColumn.path("previous-filename") { $0.previousFilename }
    + [
      CSVColumn("fields") { .list($0.fields.map(\.arrowText)) },
      CSVColumn("kind") { .text($0.finding?.kind.rawValue) },
      CSVColumn("severity") { .text($0.finding?.severity.rawValue) },
      CSVColumn("message") { .text($0.finding?.message) },
    ]
}

extension ImageChange.Field {
  /// The field with its values: `virtual-size: 1 -> 2`; nothing is `(none)`.
  var arrowText: String { "\(key): \(from?.plainText ?? "(none)") -> \(to?.plainText ?? "(none)")" }
}

extension FactValue {
  /// The value in one line: an object as `{key: value, …}`, a list as `[value, …]`.
  var plainText: String {
    switch self {
    case .boolean(let flag): flag.description
    case .number(let number): number.description
    case .text(let text): text
    case .list(let values): "[" + values.map(\.plainText).joined(separator: ", ") + "]"
    case .object(let fields):
      "{" + fields.map { "\($0.key): \($0.value.plainText)" }.joined(separator: ", ") + "}"
    }
  }
}

extension QueryRow {
  /// The names of the columns as a CSV header.
  var csvHeader: String { columns.map(CSVText.escaped).joined(separator: ",") }

  /// The values as a CSV row.
  var csvRow: String { cells.map { $0.csvCell.written }.joined(separator: ",") }
}

extension QueryValue {
  var csvCell: CSVCell {
    switch self {
    case .null: .empty
    case .integer(let value): .number(value)
    case .real(let value): .number(value.description)
    case .text(let value): .text(value)
    case .blob(let value): .path(value)
    }
  }
}
