internal import Model

/// Elements of HTML or SVG on their way out.
///
/// Names are written in the source, and every text and every attribute's value passes the escape
/// function here, so that none is forgotten.
struct Markup {
  let sink: ByteSink

  /// Attributes of an element in order; those without a value are left out.
  typealias Attributes = KeyValuePairs<StaticString, String?>

  /// An element with what `body` puts into it.
  func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ body: () throws -> Void
  ) throws {
    open(name, attributes)
    try body()
    sink.append("</\(name)>")
    try sink.settle()
  }

  /// An element that holds a text alone.
  func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) throws {
    try element(name, attributes) { self.text(text) }
  }

  /// An element that holds a path alone.
  func element(_ name: StaticString, _ attributes: Attributes = [:], path: PathBytes) throws {
    try element(name, attributes) { sink.append(HTMLText.escaped(path)) }
  }

  /// An element of HTML that has no end tag.
  func void(_ name: StaticString, _ attributes: Attributes = [:]) { open(name, attributes) }

  /// A text.
  func text(_ text: String) { sink.append(HTMLText.escaped(text)) }

  /// Begins a new line of the source, for those who read it.
  func line() { sink.append(UInt8(ascii: "\n")) }

  /// A text of ours that is HTML already, or a script or a style sheet of ours.
  func raw(_ text: StaticString) { sink.append("\(text)") }

  private func open(_ name: StaticString, _ attributes: Attributes) {
    sink.append("<\(name)")
    for (name, value) in attributes {
      guard let value else { continue }
      sink.append(" \(name)=\"\(HTMLText.escaped(value))\"")
    }
    sink.append(">")
  }
}
