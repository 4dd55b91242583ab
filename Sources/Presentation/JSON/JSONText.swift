/// JSON as `qemu-img info --output=json` lays it out: four spaces, keys in the order in which they
/// are encoded, a line feed at the end.
public enum JSONText {
  /// A value as a JSON document.
  /// - Throws: what the value's own encoding throws.
  public static func document(_ value: some Encodable) throws -> String {
    try ByteSink.text { try write(value, to: $0) }
  }

  /// Writes a value as a JSON document.
  /// - Throws: what the value's own encoding or the sink throws.
  static func write(_ value: some Encodable, to sink: ByteSink) throws {
    let writer = JSONWriter(sink: sink)
    try writer.encode(value, at: 0)
    writer.finish()
    try sink.settle()
  }

  /// The text between the quotes of a JSON string.
  ///
  /// Beside what RFC 8259, section 7, demands, every character that could steer a terminal is
  /// written as `\uNNNN`: DEL, U+0080 to U+009F and the bidirectional controls. A JSON document
  /// that is shown on a terminal cannot do anything to it, and a reader gets the same text back.
  public static func escaped(_ text: String) -> String {
    guard needsEscape(text) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case let steering where steering.steersTerminal:
        result += "\\u" + steering.hexadecimal(digits: 4)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether `escaped` could change the text; may say yes where it does not.
  @inline(__always)
  static func needsEscape(_ text: String) -> Bool {
    !text.utf8.span.allSatisfy { byte in
      switch byte {
      case 0..<0x20, 0x22, 0x5c, 0x7f: false
      // The first bytes of U+0080–U+00BF, U+0600–U+063F and U+2000–U+2FFF.
      case 0xc2, 0xd8, 0xe2: false
      default: true
      }
    }
  }
}

/// An array of a JSON document, written element by element.
struct JSONList {
  private let writer: JSONWriter

  /// Begins a document that is an array.
  init(to sink: ByteSink) {
    writer = JSONWriter(sink: sink)
    writer.open(isArray: true, at: 0)
  }

  /// Adds an element.
  /// - Throws: what the element's own encoding or the sink throws.
  func append(_ element: some Encodable) throws {
    writer.beginElement(of: 0)
    try writer.encode(element, at: 1)
    try writer.settle()
  }

  /// Ends the array and the document.
  func finish() {
    writer.finish()
  }
}
