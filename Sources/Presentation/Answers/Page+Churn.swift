internal import Model
public import Query

extension Report {
  /// The answer of `churn`, the busiest first.
  public static func churn(_ images: [Churn]) -> Report {
    Report(list: images) { try $0.churn($1) }
  }
}

extension Page {
  /// Images with how often and by how much they changed.
  func churn(_ images: [Churn]) throws {
    guard !images.isEmpty else { return try line("Nothing changed.") }
    let table = Table(on: self, .number("ID"), .number("CHANGES"), .number("BYTES"), "FILENAME")
    for image in images {
      try table.row(
        Piece("#\(image.imageID)"), Piece(HumanWords.number(image.changes)),
        Piece(HumanWords.size(image.bytes)), Piece(TerminalText.escaped(image.filename)))
    }
    try table.finish()
  }
}

extension Churn: CSVRow {
  static let columns: [CSVColumn<Churn>] =
    CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("changes") { .number($0.changes) },
      CSVColumn("bytes") { .number($0.bytes) },
    ]
}
