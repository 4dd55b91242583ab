/// A table for eyes: columns as wide as what stands in them, as far as that fits the line; where the
/// line is too short for columns, each row is a block.
///
/// The first rows decide how wide the columns are, so a table of any length needs little memory.
final class Table {
  /// A column of a table.
  struct Column: ExpressibleByStringLiteral {
    let title: String
    let isNumber: Bool
    /// Whether its cells are never cut.
    let isWhole: Bool

    init(stringLiteral title: String) {
      self.title = title
      isNumber = false
      isWhole = false
    }

    /// A column whose cells stand at its right edge.
    static func number(_ title: String) -> Column {
      Column(title: title, isNumber: true, isWhole: true)
    }

    /// A column of texts that mean nothing when they are cut, as times.
    static func whole(_ title: String) -> Column {
      Column(title: title, isNumber: false, isWhole: true)
    }

    private init(title: String, isNumber: Bool, isWhole: Bool) {
      self.title = title
      self.isNumber = isNumber
      self.isWhole = isWhole
    }
  }

  /// Rows that are looked at before the first is written.
  static let rowsThatDecide = 1000
  /// Columns between two cells.
  private static let gap = "  "

  /// How rows are put down.
  private enum Layout {
    /// Cells side by side, in columns of these widths; texts are cut to the room.
    case columns([Int], room: Int?)
    /// Cells below each other: the line is too short for columns.
    case blocks
  }

  private let page: Page
  private let columns: [Column]
  private var waiting: [[Piece]] = []
  private var layout: Layout?
  /// Rows that were added.
  private(set) var count: Int64 = 0

  init(on page: Page, _ columns: Column...) {
    self.page = page
    self.columns = columns
  }

  init(on page: Page, _ columns: [Column]) {
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
    if let layout { return try write(cells, layout) }
    waiting.append(cells)
    if waiting.count >= Self.rowsThatDecide { try writeWaiting() }
  }

  /// Writes what is still waiting.
  /// - Throws: what the page throws.
  func finish() throws {
    if layout == nil { try writeWaiting() }
  }

  private func writeWaiting() throws {
    guard !waiting.isEmpty else { return }
    let layout = fittingLayout()
    self.layout = layout
    if case .columns = layout {
      try write(columns.map { Piece($0.title, .heading) }, layout)
    }
    for cells in waiting { try write(cells, layout) }
    waiting = []
  }

  /// Columns, with their texts cut as little as a line allows; else nothing stands side by side.
  private func fittingLayout() -> Layout {
    guard let width = page.style.width else { return .columns(widths(room: nil), room: nil) }
    for (room, last) in [(max(16, width / 3), 20), (16, 16), (12, 12)] {
      let widths = widths(room: room)
      let used = widths.dropLast().reduce(0) { $0 + $1 + Self.gap.count }
      let needed = columns.last?.isWhole == true ? widths.last ?? 0 : min(last, widths.last ?? 0)
      if used + needed <= width { return .columns(widths, room: room) }
    }
    return .blocks
  }

  private func widths(room: Int?) -> [Int] {
    columns.indices.map { index in
      waiting.reduce(columns[index].title.displayWidth) {
        index < $1.count ? max($0, fitted($1[index], at: index, room).text.displayWidth) : $0
      }
    }
  }

  /// The cell, cut to the room of a column; numbers stay whole, and the last cell has what is left.
  private func fitted(_ cell: Piece, at index: Int, _ room: Int?) -> Piece {
    guard let room, !columns[index].isWhole else { return cell }
    return cut(cell, to: room)
  }

  private func cut(_ cell: Piece, to width: Int) -> Piece {
    Piece(cell.text.cutInTheMiddle(to: width, mark: page.style.cutMark), cell.tone)
  }

  private func write(_ cells: [Piece], _ layout: Layout) throws {
    switch layout {
    case .columns(let widths, let room): try write(cells, widths, room)
    case .blocks: try writeBlock(cells)
    }
  }

  private func write(_ cells: [Piece], _ widths: [Int], _ room: Int?) throws {
    var line: [Piece] = []
    var used = 0
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      let isLast = index == columns.count - 1
      let rest = page.style.width.map { max(12, $0 - used) }
      let shown =
        isLast ? rest.map { cut(cell, to: $0) } ?? cell : fitted(cell, at: index, room)
      let padding = Piece(String(repeating: " ", count: max(0, width - shown.text.displayWidth)))
      line += columns[index].isNumber ? [padding, shown] : isLast ? [shown] : [shown, padding]
      if !isLast { line.append(Piece(Self.gap)) }
      used += max(width, shown.text.displayWidth) + Self.gap.count
    }
    try page.line(line)
  }

  /// A row below each other: its cells behind their titles, as many as fit a line, then the last.
  private func writeBlock(_ cells: [Piece]) throws {
    let width = page.style.width ?? .max
    var line: [Piece] = []
    var used = 0
    for (column, cell) in zip(columns, cells).dropLast() {
      let title = column.title.trimmingPrefix(while: \.isWhitespace).lowercased() + " "
      let room = max(12, width - title.displayWidth)
      let shown = column.isWhole ? cell : cut(cell, to: room)
      let needed = title.displayWidth + shown.text.displayWidth
      if !line.isEmpty, used + Self.gap.count + needed > width {
        try page.line(line)
        line = []
        used = 0
      }
      if !line.isEmpty { line.append(Piece(Self.gap)) }
      used += needed + (used == 0 ? 0 : Self.gap.count)
      line += [Piece(title, .faint), shown]
    }
    try page.line(line)
    guard let last = cells.last else { return }
    // A terminal wraps what is longer: a name that is cut cannot be copied.
    try page.line(Piece(Self.gap), last)
  }
}
