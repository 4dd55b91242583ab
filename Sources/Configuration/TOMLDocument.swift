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

  /// Why a text is no document: the parser's words, and where, from 1.
  struct SyntaxFault: Error {
    let detail: String
    let line: Int
    let column: Int
  }

  /// The document's table.
  let root: [String: DocumentValue]
  private let lines: [Substring]

  init(parsing text: String) throws(SyntaxFault) {
    do {
      root = try Self.table(of: text)
    } catch let error as TOMLParseError {
      throw SyntaxFault(
        detail: error.description, line: error.source.begin.line, column: error.source.begin.column)
    } catch {
      throw SyntaxFault(detail: "\(error)", line: 1, column: 1)
    }
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The line on which a value begins, from 1.
  ///
  /// The parser keeps no lines of values, but knows what a document is: a value begins after the last
  /// line up to which the text is a document without it.
  func line(of steps: [Step]) -> Int? {
    guard Self.holds(root, steps[...]) else { return nil }
    var low = 0
    var high = lines.count
    var end = lines.count
    while low < high {
      let middle = low + (high - low) / 2
      guard let (complete, table) = firstDocument(from: middle, below: high) else {
        high = middle
        continue
      }
      if Self.holds(table, steps[...]) {
        end = complete
        high = middle
      } else {
        low = complete + 1
      }
    }
    let before = (0..<end).last { document(ofLines: $0) != nil } ?? 0
    return before + 1
  }

  /// The least number of lines in a range that are a document.
  private func firstDocument(
    from first: Int, below end: Int
  ) -> (lines: Int, table: [String: DocumentValue])? {
    for count in first..<end {
      if let table = document(ofLines: count) { return (count, table) }
    }
    return nil
  }

  private func document(ofLines count: Int) -> [String: DocumentValue]? {
    try? Self.table(of: lines.prefix(count).joined(separator: "\n"))
  }

  private static func holds(
    _ table: [String: DocumentValue], _ steps: ArraySlice<Step>
  ) -> Bool {
    guard let step = steps.first else { return true }
    guard case .key(let key) = step, let value = table[key] else { return false }
    return holds(value, steps.dropFirst())
  }

  private static func holds(_ value: DocumentValue, _ steps: ArraySlice<Step>) -> Bool {
    switch (value, steps.first) {
    case (_, nil): true
    case (.table(let table), .key): holds(table, steps)
    case (.list(let list), .index(let index)):
      list.indices.contains(index) && holds(list[index], steps.dropFirst())
    default: false
    }
  }
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
