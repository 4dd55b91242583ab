internal import DiskImage
internal import Model
public import Query

extension Report {
  /// The answer of `blame`.
  public static func blame(_ answer: Blame) -> Report {
    Report(one: answer, rows: \.facts) { try $0.blame($1) }
  }
}

extension Page {
  /// Facts, a line each: since when, what, and what it was.
  func blame(_ answer: Blame) throws {
    try line(
      Piece("\(TerminalText.escaped(answer.filename)) (#\(answer.imageID))", .heading))
    for fact in answer.facts {
      let when = "scan \(fact.since.scan)".padded(to: 9) + HumanWords.time(fact.since.time)
      let key = fact.key.padded(to: 24)
      let lines = fact.lines(arrow: style.arrow)
      try line(Piece("\(when)  ", .faint), Piece(key), Piece(lines.first ?? ""))
      for text in lines.dropFirst() { try paragraph(text, indent: 8) }
    }
  }
}

extension Blame.Fact {
  /// What it is, and what it was, in as many lines as there are parts that differ.
  fileprivate func lines(arrow: String) -> [String] {
    guard let before else { return [ImageChange.Field(key: key, from: nil, to: value).words] }
    let field = ImageChange.Field(key: key, from: before, to: value)
    guard case .object? = before, case .object? = value else {
      return ["\(field.words) (was \(ImageChange.Field(key: key, from: nil, to: before).words))"]
    }
    return [""] + field.lines(arrow: arrow)
  }
}

extension ImageChange.Field {
  /// The value after; sizes as people write them.
  fileprivate var words: String { valueInWords(to) }
}

extension Blame.Fact: CSVRow {
  static let columns: [CSVColumn<Blame.Fact>] =
    [
      CSVColumn("fact") { .text($0.key) },
      CSVColumn("value") { .text($0.value?.plainText) },
    ]
    + CSVColumn.point("since") { $0.since }
    + [CSVColumn("before") { .text($0.before.map { $0?.plainText ?? "(none)" }) }]
}
