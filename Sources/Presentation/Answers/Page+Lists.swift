internal import Model
internal import Query

extension Page {
  /// Images, a line each.
  func images(
    _ images: Report.Elements<Image>, of total: () -> Int64? = { nil }
  ) throws {
    let table = Table(
      on: self, .number("ID"), "FORMAT", .number("VIRTUAL"), .number("ON DISK"), "BACKING",
      "FILENAME")
    var allocated: UInt64 = 0
    try images { image in
      allocated = allocated.addingReportingOverflow(image.actualSize ?? 0).partialValue
      try table.row(
        Piece(image.imageID.map { "#\($0)" } ?? ""), Piece(image.format),
        Piece(image.virtualSize.map(HumanWords.size) ?? "?"),
        Piece(image.actualSize.map(HumanWords.size) ?? "?"), image.backingPiece,
        Piece(TerminalText.escaped(image.filename)))
    }
    try table.finish()
    guard table.count > 0 else { return try line("No images.") }
    try gap()
    let all = total().map { $0 > table.count ? " of \(HumanWords.number($0))" : "" } ?? ""
    let count = HumanWords.count(table.count, "image")
    try line("\(count)\(all), \(HumanWords.size(allocated)) on disk")
  }

  /// What a prune kept and forgot.
  func prune(_ answer: PruneResult) throws {
    for point in answer.forgotten { try line("delete  \(HumanWords.point(point))") }
    for point in answer.kept { try line("keep    \(HumanWords.point(point))") }
    try gap()
    let kept = HumanWords.count(Int64(answer.kept.count), "scan")
    let forgotten = HumanWords.count(Int64(answer.forgotten.count), "scan")
    guard !answer.isDryRun else {
      return try line("\(forgotten) would be deleted, \(kept) kept; nothing was done")
    }
    let before = HumanWords.size(UInt64(clamping: answer.bytesBefore))
    let after = HumanWords.size(UInt64(clamping: answer.bytesAfter))
    try line("\(forgotten) deleted, \(kept) kept; the database went from \(before) to \(after)")
  }

  /// A pool that was let go of, or is called otherwise.
  func poolChange(_ answer: PoolChangeResult) throws {
    let name = TerminalText.escaped(answer.name)
    if let former = answer.previousName {
      return try line("\(TerminalText.escaped(former)) was renamed to \(name)")
    }
    let images = HumanWords.count(answer.images ?? 0, "image")
    let findings = HumanWords.count(answer.findings ?? 0, "open finding")
    try line("\(name)  \(TerminalText.escaped(answer.path))  \(images), \(findings)")
    try line(
      answer.isDryRun
        ? "would be forgotten; nothing was done"
        : "forgotten: the next scan removes and closes them")
  }

  /// What is wrong with a database.
  func defects(_ defects: [Defect]) throws {
    guard !defects.isEmpty else {
      return try line("The database passed all checks.")
    }
    for defect in defects {
      let check = TerminalText.escaped(defect.check)
      let subject = TerminalText.escaped(defect.subject)
      try line(Piece(check, .error), Piece("  \(subject): \(TerminalText.escaped(defect.message))"))
    }
    try gap()
    try line("\(HumanWords.count(Int64(defects.count), "defect"))")
  }

  /// Rows of a query.
  func rows(_ rows: Report.Elements<QueryRow>) throws {
    var table: Table?
    try rows { row in
      let current = table ?? Table(on: self, titles: row.columns)
      table = current
      try current.row(row.cells.map(\.piece))
    }
    try table?.finish()
    try gap()
    try line("\(HumanWords.count(table?.count ?? 0, "row"))")
  }
}

extension Image {
  fileprivate var backingPiece: Piece {
    guard let backingState else { return Piece(backingFilename == nil ? "-" : "yes") }
    return Piece(backingState == .none ? "-" : backingState.rawValue, backingState.tone)
  }
}

extension QueryValue {
  fileprivate var piece: Piece {
    switch self {
    case .null: Piece("NULL", .faint)
    case .integer(let value): Piece(value.description)
    case .real(let value): Piece(value.description)
    case .text(let text): Piece(text)
    case .blob(let path): Piece(TerminalText.escaped(path))
    }
  }
}
