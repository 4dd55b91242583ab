/// Puts JSON into a sink as it is encoded; what is open is all that it remembers.
///
/// Values nest by depth: the document is at depth 0, its members at depth 1. A container stays open
/// until its parent, or the end of its value, goes on; so the members of a value must be encoded
/// from first to last, as every answer does.
final class JSONWriter {
  private let sink: ByteSink
  /// In one place, so that each step is one access to it.
  private var text = OpenText()

  init(sink: ByteSink) { self.sink = sink }

  /// Writes one value at a depth, from its first byte to its last.
  func encode<Value: Encodable>(_ value: Value, at depth: Int) throws {
    text.hasValue = false
    try value.encode(to: JSONEncoding(writer: self, depth: depth))
    text.end(at: depth)
  }

  /// Opens a container at a depth, or goes on with the one that the same value opened there.
  func open(isArray: Bool, at depth: Int) { text.open(isArray: isArray, at: depth) }

  /// Closes every container below the first `count`.
  func close(downTo count: Int) { text.close(downTo: count) }

  /// Begins an element of the array at `depth`.
  func beginElement(of depth: Int) { text.separate(at: depth) }

  /// Begins a member of the object at `depth`.
  func beginMember(_ key: String, of depth: Int) { text.begin(key, of: depth) }

  /// Puts down a value that needs no quotes.
  func put(_ literal: String) { text.put(literal) }

  /// Puts down a text in quotes.
  func put(text string: String) { text.put(text: string) }

  /// Puts down a number; what JSON has no number for is `null`.
  func put(_ number: Double) { put(number.isFinite ? number.description : "null") }

  /// Hands on what was written, between elements or behind the last byte.
  /// - Throws: what the sink throws.
  func settle() throws {
    text.give(to: sink)
    try sink.settle()
  }

  /// Ends the document with a line feed.
  func finish() {
    text.close(downTo: 0)
    text.put("\n")
    text.give(to: sink)
  }
}

/// The text of a document as far as it was not handed on, and the containers that are open in it.
private struct OpenText {
  private var bytes: [UInt8] = []
  private var containers: [Container] = []
  /// Whether the value that is being encoded has put anything down yet.
  var hasValue = false

  private struct Container {
    let isArray: Bool
    var isEmpty = true
  }

  /// Hands on what was written.
  mutating func give(to sink: ByteSink) { sink.take(&bytes) }

  /// Opens a container at a depth, or goes on with the one that is open there.
  mutating func open(isArray: Bool, at depth: Int) {
    guard containers.count <= depth else {
      precondition(
        containers[depth].isArray == isArray, "a value is encoded as an array and as an object")
      return close(downTo: depth + 1)
    }
    precondition(containers.count == depth, "a container is opened in a closed one")
    containers.append(Container(isArray: isArray))
    put(isArray ? "[" : "{")
  }

  /// Ends the value at a depth; one that put nothing down is an empty object.
  mutating func end(at depth: Int) {
    if !hasValue { open(isArray: false, at: depth) }
    close(downTo: depth)
  }

  /// Closes every container below the first `count`.
  @inline(__always)
  mutating func close(downTo count: Int) {
    while containers.count > count { closeLast() }
  }

  private mutating func closeLast() {
    guard let container = containers.popLast() else { return }
    if !container.isEmpty { breakLine(depth: containers.count) }
    bytes.append(container.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
  }

  /// Begins a member of the object at `depth`.
  mutating func begin(_ key: String, of depth: Int) {
    separate(at: depth)
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(UInt8(ascii: " "))
  }

  /// A comma behind what stands in the container at `depth`, where anything does, and a new line.
  mutating func separate(at depth: Int) {
    close(downTo: depth + 1)
    precondition(containers.count == depth + 1, "something is added to a closed container")
    if containers[depth].isEmpty {
      containers[depth].isEmpty = false
    } else {
      bytes.append(UInt8(ascii: ","))
    }
    breakLine(depth: depth + 1)
  }

  /// Puts down a value that needs no quotes.
  mutating func put(_ literal: String) {
    hasValue = true
    bytes.append(contentsOf: literal.utf8)
  }

  /// Puts down a text in quotes.
  mutating func put(text: String) {
    hasValue = true
    quote(text)
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if JSONText.needsEscape(text) {
      bytes.append(contentsOf: JSONText.escaped(text).utf8)
    } else {
      bytes.append(contentsOf: text.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A line feed and the spaces of a depth, for as many levels as answers have.
  private static let breaks = (0..<16).map { depth in
    [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 4 * depth)
  }

  /// Four spaces for each level, as qemu-img has it.
  private mutating func breakLine(depth: Int) {
    let known = min(depth, Self.breaks.count - 1)
    bytes.append(contentsOf: Self.breaks[known])
    for _ in known..<depth { bytes.append(contentsOf: "    ".utf8) }
  }
}
