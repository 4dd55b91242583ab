internal import Model
public import Query

extension Report {
  /// The answer of `trend`, in the order of the names.
  public static func trend(_ parts: [Trend]) -> Report {
    Report(
      one: parts,
      rows: { parts in
        parts.flatMap { part in part.points.map { TrendRow(part: part, point: $0) } }
      }, human: { try $0.trend($1) })
  }
}

extension Page {
  /// Parts, a line each: what there is, what it grew by, and a curve of it.
  func trend(_ parts: [Trend]) throws {
    guard !parts.isEmpty else { return try line("No images.") }
    let table = Table(
      on: self, .whole("NAME"), .number("IMAGES"), .number("ON DISK"), .number("GREW"),
      .number("MAY GROW TO"), .number("FREE"), .number("FINDINGS"), .whole("CURVE"))
    for part in parts {
      guard let first = part.points.first, let last = part.points.last else { continue }
      try table.row(
        Piece(part.name), Piece(HumanWords.number(last.images)),
        Piece(HumanWords.size(last.actualSize)), Piece(Self.growth(first, last)),
        Piece(HumanWords.size(last.virtualSize)),
        Piece(last.room.map { HumanWords.size($0.available) } ?? "?"),
        Piece(HumanWords.number(last.findings)),
        Piece(Sparkline(part.points.map(\.actualSize)).text(style)))
    }
    try table.finish()
    for part in parts {
      guard let forecast = part.forecast else { continue }
      try gap()
      try paragraph("\(part.name): \(forecast.inWords)")
    }
  }

  private static func growth(_ first: Trend.Point, _ last: Trend.Point) -> String {
    if last.actualSize < first.actualSize {
      return "-" + HumanWords.size(first.actualSize - last.actualSize)
    }
    return "+" + HumanWords.size(last.actualSize - first.actualSize)
  }
}

extension Forecast {
  /// When, and how sure that is.
  fileprivate var inWords: String {
    let day = { (moment: Moment) in String(moment.text.prefix(10)) }
    let pace = HumanWords.size(bytesPerDay.magnitude) + (bytesPerDay < 0 ? " freed" : "") + " a day"
    guard let full else {
      return "it will not fill up (\(pace))" + (earliest.map { "; not before \(day($0))" } ?? "")
    }
    let band = [
      earliest.map { "not before \(day($0))" },
      latest.map { "by \(day($0)) at the latest" } ?? "perhaps never",
    ].compactMap { $0 }.joined(separator: ", ")
    return "full on \(day(full)) at the current rate (\(pace)); \(band)"
  }
}

/// A curve in a line of text.
struct Sparkline {
  private let values: [UInt64]
  /// Characters that it takes at most.
  private static let width = 24

  init(_ values: [UInt64]) {
    guard values.count > Self.width else {
      self.values = values
      return
    }
    self.values = (0..<Self.width).map { values[$0 * (values.count - 1) / (Self.width - 1)] }
  }

  func text(_ style: Style) -> String {
    let marks = Array(style.hasUnicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
    guard let least = values.min(), let most = values.max(), least < most else {
      return String(repeating: String(marks[0]), count: values.count)
    }
    return String(
      values.map { value in
        let height = Double(value - least) / Double(most - least) * Double(marks.count - 1)
        return marks[Int(height.rounded())]
      })
  }
}

/// A row of `trend`: a part after one scan.
private struct TrendRow: CSVRow {
  let part: Trend
  let point: Trend.Point

  static let columns: [CSVColumn<TrendRow>] = [
    CSVColumn("name") { .text($0.part.name) },
    CSVColumn("scan") { .number($0.point.point.scan) },
    CSVColumn("time") { .text($0.point.point.time.text) },
    CSVColumn("images") { .number($0.point.images) },
    CSVColumn("actual-size") { .number($0.point.actualSize) },
    CSVColumn("virtual-size") { .number($0.point.virtualSize) },
    CSVColumn("capacity") { .number($0.point.room?.capacity) },
    CSVColumn("available") { .number($0.point.room?.available) },
    CSVColumn("findings") { .number($0.point.findings) },
    CSVColumn("forecast.full") { .text($0.part.forecast?.full?.text) },
    CSVColumn("forecast.earliest") { .text($0.part.forecast?.earliest?.text) },
    CSVColumn("forecast.latest") { .text($0.part.forecast?.latest?.text) },
  ]
}
