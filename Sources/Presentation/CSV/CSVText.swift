public import Model

/// CSV with quotes as in RFC 4180; lines end in a line feed, as Unix tools expect.
public enum CSVText {
  /// A text as a cell.
  ///
  /// Control and bidirectional characters are shown as `\xNN` and `\u{NNNN}`; a text that a
  /// spreadsheet would take for a formula gets a leading `'`; quotes stand around what needs them.
  public static func escaped(_ text: String) -> String {
    quoted(disarmed(TerminalText.escaped(text), first: text.unicodeScalars.first))
  }

  /// A path as a cell: as `TerminalText.escaped(_:)` shows it, disarmed and quoted.
  public static func escaped(_ path: PathBytes) -> String {
    let first = path.bytes.first.map { Unicode.Scalar($0) }
    return quoted(disarmed(TerminalText.escaped(path), first: first))
  }

  private static func disarmed(_ text: String, first: Unicode.Scalar?) -> String {
    switch first {
    case "=", "+", "-", "@", "\t", "\r": "'" + text
    default: text
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2c || $0 == 0x20 }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// What stands in a cell of a CSV row.
enum CSVCell {
  case text(String)
  case path(PathBytes)
  case number(String)
  case empty

  /// The cell as it is written.
  var written: String {
    switch self {
    case .text(let text): CSVText.escaped(text)
    case .path(let path): CSVText.escaped(path)
    case .number(let digits): digits
    case .empty: ""
    }
  }

  /// A text, or an empty cell.
  static func text(_ text: String?) -> CSVCell { text.map { .text($0) } ?? .empty }
  /// A path, or an empty cell.
  static func path(_ path: PathBytes?) -> CSVCell { path.map { .path($0) } ?? .empty }
  /// A number, or an empty cell.
  static func number(_ value: (some BinaryInteger)?) -> CSVCell {
    value.map { .number($0.description) } ?? .empty
  }
  /// `true` or `false`, or an empty cell.
  static func flag(_ value: Bool?) -> CSVCell { value.map { .number($0.description) } ?? .empty }
  /// The parts with `; ` between them, or an empty cell.
  static func list(_ parts: [String]) -> CSVCell {
    parts.isEmpty ? .empty : .text(parts.joined(separator: "; "))
  }
}

/// A column of an answer in CSV: the contract's key, an object's keys joined by a dot.
struct CSVColumn<Row>: Sendable {
  let key: String
  let cell: @Sendable (Row) -> CSVCell

  init(_ key: String, _ cell: @escaping @Sendable (Row) -> CSVCell) {
    self.key = key
    self.cell = cell
  }

  /// The columns of a path: itself, and whether it stands there in its escaped form.
  static func path(
    _ key: String, _ path: @escaping @Sendable (Row) -> PathBytes?
  ) -> [CSVColumn] {
    [
      CSVColumn(key) { .path(path($0)) },
      CSVColumn(key + "-escaped") { row in
        .flag(path(row).flatMap { TerminalText.differs($0) ? true : nil })
      },
    ]
  }

  /// The columns of a scan and its time.
  static func point(
    _ key: String, _ point: @escaping @Sendable (Row) -> ScanPoint?
  ) -> [CSVColumn] {
    [
      CSVColumn(key + ".scan") { .number(point($0)?.scan) },
      CSVColumn(key + ".time") { .text(point($0)?.time.text) },
    ]
  }
}

/// A value that is a row in CSV.
protocol CSVRow {
  /// The columns in the order of the contract's keys.
  static var columns: [CSVColumn<Self>] { get }
}

/// Rows of one kind below their header.
struct CSVList<Row: CSVRow> {
  private let sink: ByteSink
  private let columns = Row.columns

  /// Begins with the header.
  init(to sink: ByteSink) {
    self.sink = sink
    sink.append(columns.map(\.key).joined(separator: ",") + "\n")
  }

  /// Adds a row.
  /// - Throws: what the sink throws.
  func append(_ row: Row) throws {
    for (number, column) in columns.enumerated() {
      if number > 0 { sink.append(UInt8(ascii: ",")) }
      sink.append(column.cell(row).written)
    }
    sink.append(UInt8(ascii: "\n"))
    try sink.settle()
  }
}
