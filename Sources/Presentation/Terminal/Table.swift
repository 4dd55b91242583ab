/// A table for eyes: columns as wide as what stands in them, as far as that fits the line.
///
/// The first rows decide how wide the columns are, so a table of any length needs little memory.
final class Table {
  /// A column of a table.
  struct Column: ExpressibleByStringLiteral {
    let title: String
    let isNumber: Bool

    init(stringLiteral title: String) {
      self.title = title
      isNumber = false
    }

    /// A column whose cells stand at its right edge.
    static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }

    private init(title: String, isNumber: Bool) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  /// Rows that are looked at before the first is written.
  static let rowsThatDecide = 1000
  /// Columns between two cells.
  private static let gap = "  "

  private let page: Page
  private let columns: [Column]
  private var waiting: [[Piece]] = []
  private var widths: [Int]?
  /// Rows that were added.
  private(set) var count: Int64 = 0

  init(on page: Page, _ columns: Column...) {
    self.page = page
    self.columns = columns
  }

  init(on page: Page, titles: [String]) {
    self.page = page
    columns = titles.map { Column(stringLiteral: TerminalText.escaped($0)) }
  }

  /// Adds a row with a cell for every column.
  /// - Throws: what the page throws.
  func row(_ cells: Piece...) throws { try row(cells) }

  /// Adds a row with a cell for every column.
  /// - Throws: what the page throws.
  func row(_ cells: [Piece]) throws {
    count += 1
    if let widths { return try write(cells, widths) }
    waiting.append(cells)
    if waiting.count >= Self.rowsThatDecide { try writeWaiting() }
  }

  /// Writes what is still waiting.
  /// - Throws: what the page throws.
  func finish() throws {
    if widths == nil { try writeWaiting() }
  }

  private func writeWaiting() throws {
    guard !waiting.isEmpty else { return }
    let widths = columns.indices.map { index in
      waiting.reduce(columns[index].title.displayWidth) {
        index < $1.count ? max($0, fitted($1[index], at: index).text.displayWidth) : $0
      }
    }
    try write(columns.map { Piece($0.title, .heading) }, widths)
    for cells in waiting { try write(cells, widths) }
    waiting = []
    self.widths = widths
  }

  /// The cell, cut to a third of the line; numbers stay whole, and the last cell has what is left.
  private func fitted(_ cell: Piece, at index: Int) -> Piece {
    guard let width = page.style.width, !columns[index].isNumber else { return cell }
    let room = max(16, width / 3)
    return Piece(cell.text.cutInTheMiddle(to: room, mark: page.style.cutMark), cell.tone)
  }

  private func write(_ cells: [Piece], _ widths: [Int]) throws {
    var line: [Piece] = []
    var used = 0
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      let isLast = index == columns.count - 1
      let last = { Piece(self.page.style.fitted(cell.text, after: used), cell.tone) }
      let shown = isLast ? last() : fitted(cell, at: index)
      let padding = Piece(String(repeating: " ", count: max(0, width - shown.text.displayWidth)))
      line += columns[index].isNumber ? [padding, shown] : isLast ? [shown] : [shown, padding]
      if !isLast { line.append(Piece(Self.gap)) }
      used += max(width, shown.text.displayWidth) + Self.gap.count
    }
    try page.line(line)
  }
}
