/// The part of YAML that Go's library writes: blocks of keys and lists, and scalars.
///
/// Anchors, tags, and collections between brackets are not read: where they are the value is `.unread`, and whoever
/// needs it says so. What cannot be told at all is a fault.
enum PlainYAML: Sendable, Hashable {
  /// Bytes of a text.
  static let byteLimit = 16 << 20
  /// Lines of a text.
  static let lineLimit = 200_000
  /// Blocks within one another.
  static let depthLimit = 32

  case nothing
  case scalar(String)
  case map([String: PlainYAML])
  case list([PlainYAML])
  /// Something that is not read.
  case unread

  /// Why a text is not understood.
  struct Fault: Error, Hashable, Sendable {
    /// The line, from 1.
    var line: Int
    /// Half a sentence.
    var reason: String
  }

  /// Reads a text in UTF-8.
  init(parsing bytes: [UInt8]) throws(Fault) {
    guard bytes.count <= Self.byteLimit, !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw Fault(line: 1, reason: "it is not text in UTF-8") }
    var reader = try PlainYAMLReader(text)
    self = try reader.document()
  }

  /// What a key has.
  subscript(key: String) -> PlainYAML {
    if case .map(let members) = self { members[key] ?? .nothing } else { .nothing }
  }
}

/// Reads line by line; each line is looked at once.
private struct PlainYAMLReader {
  struct Line {
    let number: Int
    var indentation: Int
    var text: Substring
  }

  private var lines: [Line] = []
  private var index = 0

  init(_ text: String) throws(PlainYAML.Fault) {
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      guard number <= PlainYAML.lineLimit else {
        throw PlainYAML.Fault(
          line: number, reason: "more than \(PlainYAML.lineLimit) lines are there")
      }
      let rest = line.drop { $0 == " " }
      let trimmed = rest.last == "\r" ? rest.dropLast() : rest
      if trimmed.isEmpty || trimmed.first == "#" || trimmed == "---" { continue }
      lines.append(
        Line(number: number, indentation: line.count - rest.count, text: trimmed))
    }
  }

  mutating func document() throws(PlainYAML.Fault) -> PlainYAML {
    guard let first = lines.first else { return .nothing }
    guard first.indentation == 0 else { throw fault("it begins within a block") }
    let whole = try block(at: 0, depth: 0)
    if index < lines.count { throw fault("it is no key of a block") }
    return whole
  }

  private func fault(_ reason: String) -> PlainYAML.Fault {
    PlainYAML.Fault(
      line: index < lines.count ? lines[index].number : lines.last?.number ?? 1, reason: reason)
  }

  private var current: Line? { index < lines.count ? lines[index] : nil }

  private mutating func block(
    at indentation: Int, depth: Int
  ) throws(PlainYAML.Fault) -> PlainYAML {
    guard depth < PlainYAML.depthLimit else {
      throw fault("more than \(PlainYAML.depthLimit) blocks are within one another")
    }
    guard let line = current else { return .nothing }
    if Self.isItem(line.text) { return try list(at: indentation, depth: depth) }
    return try map(at: indentation, depth: depth)
  }

  private static func isItem(_ text: Substring) -> Bool { text == "-" || text.hasPrefix("- ") }

  private mutating func list(
    at indentation: Int, depth: Int
  ) throws(PlainYAML.Fault) -> PlainYAML {
    var items: [PlainYAML] = []
    while let line = current, line.indentation == indentation, Self.isItem(line.text) {
      let rest = line.text.dropFirst().drop { $0 == " " }
      if rest.isEmpty {
        index += 1
        items.append(try inner(below: indentation, depth: depth))
      } else if Self.key(rest) != nil || Self.isItem(rest) {
        // The first key of the item stands behind its dash.
        lines[index].indentation = indentation + (line.text.count - rest.count)
        lines[index].text = rest
        items.append(try block(at: lines[index].indentation, depth: depth + 1))
      } else {
        index += 1
        items.append(scalar(rest, above: indentation))
      }
    }
    return .list(items)
  }

  private mutating func map(
    at indentation: Int, depth: Int
  ) throws(PlainYAML.Fault) -> PlainYAML {
    var members: [String: PlainYAML] = [:]
    while let line = current, line.indentation == indentation, !Self.isItem(line.text) {
      guard let (key, rest) = Self.key(line.text) else { throw fault("it is no key") }
      guard members[key] == nil else { throw fault("a key stands twice in a block") }
      index += 1
      if rest.isEmpty {
        if let next = current, next.indentation == indentation, Self.isItem(next.text) {
          members[key] = try list(at: indentation, depth: depth + 1)
        } else {
          members[key] = try inner(below: indentation, depth: depth)
        }
      } else {
        members[key] = scalar(rest, above: indentation)
      }
    }
    if let line = current, line.indentation > indentation {
      throw fault("it is further in than the block that it is in")
    }
    return .map(members)
  }

  /// A block that is further in; nothing where there is none.
  private mutating func inner(
    below indentation: Int, depth: Int
  ) throws(PlainYAML.Fault) -> PlainYAML {
    guard let next = current, next.indentation > indentation else { return .nothing }
    // A text that begins on a line of its own is no block.
    if Self.key(next.text) == nil, !Self.isItem(next.text) {
      skip(above: indentation)
      return .unread
    }
    return try block(at: next.indentation, depth: depth + 1)
  }

  /// Passes over what goes on further in.
  /// - Returns: whether there was anything.
  @discardableResult private mutating func skip(above indentation: Int) -> Bool {
    let start = index
    while let line = current, line.indentation > indentation { index += 1 }
    return index > start
  }

  private mutating func scalar(_ text: Substring, above indentation: Int) -> PlainYAML {
    if skip(above: indentation) { return .unread }
    return Self.scalar(text)
  }

  /// A key with what stands behind its colon; `nil` for a line that has none.
  private static func key(_ text: Substring) -> (String, Substring)? {
    if let quote = text.first, quote == "\"" || quote == "'" {
      let inside = text.dropFirst()
      guard let end = inside.firstIndex(of: quote) else { return nil }
      let rest = inside[inside.index(after: end)...]
      guard rest == ":" || rest.hasPrefix(": ") else { return nil }
      return (String(inside[..<end]), rest.dropFirst().drop { $0 == " " })
    }
    guard let first = text.first, !"?&*!{[|>%@`".contains(first) else { return nil }
    var index = text.startIndex
    while let colon = text[index...].firstIndex(of: ":") {
      let next = text.index(after: colon)
      if next == text.endIndex || text[next] == " " {
        return (String(text[..<colon]), text[next...].drop { $0 == " " })
      }
      index = next
    }
    return nil
  }

  private static func scalar(_ text: Substring) -> PlainYAML {
    guard let first = text.first else { return .nothing }
    switch first {
    case "\"": return quoted(text)
    case "'":
      let inside = String(text.dropFirst().dropLast())
      let plain = inside.replacing("''", with: "")
      guard text.count > 1, text.last == "'", !plain.contains("'") else { return .unread }
      return .scalar(inside.replacing("''", with: "'"))
    case "{": return text == "{}" ? .map([:]) : .unread
    case "[": return text == "[]" ? .list([]) : .unread
    case "&", "*", "!", "|", ">", "%", "@", "`": return .unread
    default:
      let plain = text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text
      let word = String(plain.reversed().drop { $0 == " " }.reversed())
      return word == "null" || word == "~" ? .nothing : .scalar(word)
    }
  }

  private static func quoted(_ text: Substring) -> PlainYAML {
    var result = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character == "\"" { return rest.isEmpty ? .scalar(result) : .unread }
      guard character == "\\" else {
        result.append(character)
        continue
      }
      switch rest.popFirst() {
      case "\"": result.append("\"")
      case "\\": result.append("\\")
      case "/": result.append("/")
      case "n": result.append("\n")
      case "t": result.append("\t")
      default: return .unread
      }
    }
    return .unread
  }
}
