/// Lines of human output on their way out.
final class Page {
  let style: Style
  let sink: ByteSink
  private var hasLines = false

  init(style: Style, sink: ByteSink) {
    self.style = style
    self.sink = sink
  }

  /// Puts down a line of pieces.
  /// - Throws: what the sink throws.
  func line(_ pieces: Piece...) throws { try line(pieces) }

  /// Puts down a line of pieces.
  /// - Throws: what the sink throws.
  func line(_ pieces: [Piece]) throws {
    hasLines = true
    for piece in pieces { sink.append(style.paint(piece.text, piece.tone)) }
    sink.append(UInt8(ascii: "\n"))
    try sink.settle()
  }

  /// Begins a section: an empty line where something stands above, and the heading.
  func heading(_ text: String, _ tone: Style.Tone = .heading) throws {
    try gap()
    try line(Piece(text, tone))
  }

  /// Begins a section of so many things.
  func heading(_ text: String, count: Int, _ tone: Style.Tone = .heading) throws {
    try heading("\(text) (\(HumanWords.number(Int64(count))))", tone)
  }

  /// An empty line, where something stands above.
  func gap() throws {
    if hasLines { try line() }
  }

  /// Puts down text in lines that fit, each indented.
  func paragraph(_ text: String, indent: Int = 0, _ tone: Style.Tone? = nil) throws {
    let margin = String(repeating: " ", count: indent)
    for part in lines(of: text, after: indent) { try line(Piece(margin), Piece(part, tone)) }
  }

  /// Puts down a label and, beside it, text in lines that fit.
  func labelled(
    _ label: String, _ text: String, indent: Int = 2, _ tone: Style.Tone? = nil
  ) throws {
    let margin = String(repeating: " ", count: indent)
    let width = Self.labelWidth
    for (number, part) in lines(of: text, after: indent + width).enumerated() {
      let shown = (number == 0 ? label : "").padded(to: width)
      try line(Piece(margin), Piece(shown, .faint), Piece(part, tone))
    }
  }

  /// Columns that a line of prose takes at most: longer ones are hard to read.
  private static let proseWidth = 100
  /// Columns of a label and the space after it.
  private static let labelWidth = 12

  private func lines(of text: String, after used: Int) -> [String] {
    TerminalText.escaped(text).wrapped(
      to: style.width.map { max(20, min($0, Self.proseWidth) - used) })
  }
}
