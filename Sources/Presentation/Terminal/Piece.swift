/// A piece of a line: text that cannot steer the terminal, and what it means.
///
/// Every text of human output becomes a piece before it is put down, so that none is forgotten.
struct Piece: ExpressibleByStringInterpolation {
  /// The text; control and bidirectional characters are shown.
  let text: String
  /// What the text means.
  let tone: Style.Tone?

  /// A piece of any text.
  init(_ text: String, _ tone: Style.Tone? = nil) {
    self.text = TerminalText.escaped(text)
    self.tone = tone
  }

  /// A piece written out.
  init(stringLiteral value: String) { self.init(value) }
}
