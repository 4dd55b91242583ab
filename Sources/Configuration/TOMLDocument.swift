internal import TOMLKit

/// A value of a TOML document, apart from the library that read it.
indirect enum DocumentValue {
  case table([String: DocumentValue])
  case list([DocumentValue])
  case text(String)
  case number(Int64)
  case flag(Bool)
  /// A number with a fraction, a date or a time: nothing that a configuration of ours has.
  case other(String)

  /// The kind of the value in words, as in `it is …`.
  var words: String {
    switch self {
    case .table: "a table"
    case .list: "a list"
    case .text(let text): text.isEmpty ? "an empty text" : "the text \"\(text)\""
    case .number(let number): "the number \(number)"
    case .flag(let flag): "\(flag)"
    case .other(let words): words
    }
  }
}

/// A TOML document, and on which line of it a value begins.
struct TOMLDocument {
  /// A step from a value to one in it.
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  /// The document's table.
  let root: [String: DocumentValue]
  private let outline: TOMLOutline

  init(parsing text: String) throws(TOMLFault) {
    outline = try TOMLOutline(of: text)
    do {
      root = try Self.table(of: text)
    } catch let error as TOMLParseError {
      throw .syntax(
        detail: error.description, line: error.source.begin.line, column: error.source.begin.column)
    } catch {
      throw .syntax(detail: "\(error)", line: 1, column: 1)
    }
  }

  /// The line on which a value is first mentioned, from 1; `nil` where there is no such value.
  func line(of steps: [Step]) -> Int? { outline.lines[steps] }
}

extension TOMLDocument {
  private static func table(of text: String) throws -> [String: DocumentValue] {
    table(of: try TOMLTable(string: text))
  }

  private static func table(of table: TOMLTable) -> [String: DocumentValue] {
    Dictionary(
      table.keys.compactMap { key in table[key].map { (key, value(of: $0)) } }
    ) { first, _ in first }
  }

  private static func value(of value: any TOMLValueConvertible) -> DocumentValue {
    if let table = value.table { return .table(self.table(of: table)) }
    if let list = value.array { return .list(list.map { self.value(of: $0) }) }
    if let text = value.string { return .text(text) }
    if let flag = value.bool { return .flag(flag) }
    if let number = value.int { return .number(Int64(number)) }
    return value.double == nil ? .other("a date or time") : .other("a number with a fraction")
  }
}
