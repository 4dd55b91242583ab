internal import Model
public import Query
internal import Rules

extension Report {
  /// The answer of `explain`.
  public static func explanation(_ answer: KindExplanation) -> Report {
    Report(one: answer) { page, answer in
      try page.line(
        Piece(answer.kind.rawValue, answer.severity.tone), Piece("  "),
        Piece(answer.title, .heading))
      let texts = answer.explanation
      try page.paragraph(texts.meaning, indent: 2)
      for (label, text) in [
        ("opens", texts.opens), ("closes", texts.closes), ("do", texts.action),
        ("harmless", texts.harmless),
      ] {
        try page.labelled(label, text)
      }
    }
  }
}

extension KindExplanation: CSVRow {
  static var columns: [CSVColumn<KindExplanation>] {
    [
      CSVColumn("kind") { .text($0.kind.rawValue) },
      CSVColumn("severity") { .text($0.severity.rawValue) },
      CSVColumn("meaning") { .text($0.explanation.meaning) },
      CSVColumn("opens") { .text($0.explanation.opens) },
      CSVColumn("closes") { .text($0.explanation.closes) },
      CSVColumn("do") { .text($0.explanation.action) },
      CSVColumn("harmless") { .text($0.explanation.harmless) },
    ]
  }
}
