/// Where the values of a document begin, found by the grammar of TOML 1.0.0 alone.
///
/// It checks a text before the parser reads it, for two reasons. The parser recurses for every level of keys, lists and
/// tables, so a deep text would overflow the stack. And some texts that are not TOML reach the parser's assertions, which
/// end the process. The parser then decides only what a valid document means.
///
/// Dates and numbers that are not decimal are refused: no setting is one.
struct TOMLOutline {
  typealias Step = TOMLDocument.Step

  /// Parts of a dotted key, and lists and tables within each other, that a configuration may have; ours have two.
  static let limit = 16

  /// By a value, or a table, the line on which it is first mentioned, from 1.
  private(set) var lines: [[Step]: Int] = [:]
  /// How many tables the lists of tables have so far.
  private var counts: [[Step]: Int] = [:]
  /// The table to which the following lines belong.
  private var table: [Step] = []
  private var cursor: TOMLCursor

  init(of text: String) throws(TOMLFault) {
    cursor = TOMLCursor(text)
    while cursor.next != nil {
      try takeStatement()
      try cursor.endLine()
    }
  }

  private mutating func takeStatement() throws(TOMLFault) {
    cursor.passBlanks()
    switch cursor.next {
    case nil, UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return
    case UInt8(ascii: "["): try takeHeader()
    default: try takeMember(of: table, depth: 0)
    }
  }

  private mutating func note(_ path: [Step], _ line: Int) {
    if lines[path] == nil { lines[path] = line }
  }

  private mutating func takeHeader() throws(TOMLFault) {
    let line = cursor.line
    let isOfList = cursor.take("[[")
    if !isOfList { _ = cursor.take("[") }
    let keys = try takeKey()
    let end = isOfList ? "]]" : "]"
    guard cursor.take(end) else {
      throw cursor.fault("'\(end)' was expected after the name of a table")
    }
    table = []
    for (place, key) in keys.enumerated() {
      table.append(.key(key))
      note(table, line)
      if isOfList, place == keys.count - 1 { counts[table, default: 0] += 1 }
      if let count = counts[table] {
        table.append(.index(count - 1))
        note(table, line)
      }
    }
  }

  private mutating func takeMember(of table: [Step], depth: Int) throws(TOMLFault) {
    let line = cursor.line
    var path = table
    for key in try takeKey() {
      path.append(.key(key))
      note(path, line)
    }
    guard cursor.take("=") else { throw cursor.fault("'=' was expected after a key") }
    cursor.passBlanks()
    try takeValue(at: path, depth: depth)
  }

  /// The parts of a key, and the blanks around it.
  private mutating func takeKey() throws(TOMLFault) -> [String] {
    var parts: [String] = []
    repeat {
      cursor.passBlanks()
      parts.append(try takePart())
      cursor.passBlanks()
      guard parts.count <= Self.limit else { throw .tooDeep(line: cursor.line) }
    } while cursor.take(".")
    return parts
  }

  private mutating func takePart() throws(TOMLFault) -> String {
    if cursor.next == UInt8(ascii: "\"") || cursor.next == UInt8(ascii: "'") {
      return try cursor.takeText(mayHaveLines: false)
    }
    let part = cursor.take { Self.isOfWord($0) }
    guard !part.isEmpty else { throw cursor.fault("a key was expected") }
    return part
  }

  /// Whether a byte may be part of a key without quotes.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private mutating func takeValue(at path: [Step], depth: Int) throws(TOMLFault) {
    guard depth < Self.limit else { throw .tooDeep(line: cursor.line) }
    switch cursor.next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try cursor.takeText(mayHaveLines: true)
    case UInt8(ascii: "["): try takeList(at: path, depth: depth)
    case UInt8(ascii: "{"): try takeTable(at: path, depth: depth)
    default: try takeWord()
    }
  }

  private mutating func takeList(at path: [Step], depth: Int) throws(TOMLFault) {
    _ = cursor.take("[")
    try cursor.passBreaks()
    var count = 0
    while !cursor.take("]") {
      let member = path + [.index(count)]
      note(member, cursor.line)
      try takeValue(at: member, depth: depth + 1)
      count += 1
      try cursor.passBreaks()
      if cursor.take(",") {
        try cursor.passBreaks()
      } else if cursor.next != UInt8(ascii: "]") {
        throw cursor.fault("',' or ']' was expected in a list")
      }
    }
  }

  private mutating func takeTable(at path: [Step], depth: Int) throws(TOMLFault) {
    _ = cursor.take("{")
    cursor.passBlanks()
    if cursor.take("}") { return }
    repeat {
      try takeMember(of: path, depth: depth + 1)
      cursor.passBlanks()
    } while cursor.take(",")
    guard cursor.take("}") else { throw cursor.fault("',' or '}' was expected in a table") }
  }

  /// A value without quotes: a truth value or a decimal number.
  private mutating func takeWord() throws(TOMLFault) {
    let start = cursor
    let word = cursor.take {
      Self.isOfWord($0) || [UInt8(ascii: "+"), UInt8(ascii: ".")].contains($0)
    }
    guard word == "true" || word == "false" || Self.isNumber(word) else {
      throw start.fault(
        "a value was expected: a text in quotes, a decimal number, true, false, a list or a table")
    }
  }

  /// Whether a word is an integer or a fraction: a sign, digits with single underscores between them, no needless zero.
  private static func isNumber(_ word: String) -> Bool {
    let digits = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole == "0" || whole.first != "0" else { return false }
    return parts.allSatisfy { part in
      part.split(separator: "_", omittingEmptySubsequences: false).allSatisfy { group in
        !group.isEmpty && group.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      }
    }
  }
}
