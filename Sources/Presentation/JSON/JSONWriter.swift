/// Puts JSON into a sink as it is encoded; what is open is all that it remembers.
///
/// Values nest by depth: the document is at depth 0, its members at depth 1. A container stays open
/// until its parent, or the end of its value, goes on; so the members of a value must be encoded
/// from first to last, as every answer does.
final class JSONWriter {
  let sink: ByteSink
  private var containers: [Container] = []
  /// Whether the value that is being encoded has put anything down yet.
  private var hasValue = false

  private struct Container {
    let isArray: Bool
    var isEmpty = true
  }

  init(sink: ByteSink) { self.sink = sink }

  /// Writes one value at a depth, from its first byte to its last.
  func encode<Value: Encodable>(_ value: Value, at depth: Int) throws {
    hasValue = false
    try value.encode(to: JSONEncoding(writer: self, depth: depth))
    if !hasValue { open(isArray: false, at: depth) }
    close(downTo: depth)
  }

  /// Opens a container at a depth, or goes on with the one that the same value opened there.
  func open(isArray: Bool, at depth: Int) {
    guard containers.count <= depth else {
      precondition(
        containers[depth].isArray == isArray, "a value is encoded as an array and as an object")
      return close(downTo: depth + 1)
    }
    precondition(containers.count == depth, "a container is opened in a closed one")
    containers.append(Container(isArray: isArray))
    put(isArray ? "[" : "{")
  }

  /// Closes every container below the first `count`.
  @inline(__always)
  func close(downTo count: Int) {
    while containers.count > count { closeLast() }
  }

  private func closeLast() {
    guard let container = containers.popLast() else { return }
    let depth = containers.count
    sink.collect { bytes in
      if !container.isEmpty { Self.breakLine(&bytes, depth: depth) }
      bytes.append(container.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
    }
  }

  /// Begins an element of the array at `depth`.
  @inline(__always)
  func beginElement(of depth: Int) {
    let isFirst = takeFirst(of: depth)
    sink.collect { bytes in
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      Self.breakLine(&bytes, depth: depth + 1)
    }
  }

  /// Begins a member of the object at `depth`.
  @inline(__always)
  func beginMember(_ key: String, of depth: Int) {
    let isFirst = takeFirst(of: depth)
    let name = JSONText.escaped(key)
    sink.collect { bytes in
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      Self.breakLine(&bytes, depth: depth + 1)
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: name.utf8)
      bytes.append(UInt8(ascii: "\""))
      bytes.append(UInt8(ascii: ":"))
      bytes.append(UInt8(ascii: " "))
    }
  }

  /// Closes what is open below `depth`.
  /// - Returns: whether nothing stands in the container there yet; after this something does.
  private func takeFirst(of depth: Int) -> Bool {
    close(downTo: depth + 1)
    precondition(containers.count == depth + 1, "something is added to a closed container")
    let isFirst = containers[depth].isEmpty
    if isFirst { containers[depth].isEmpty = false }
    return isFirst
  }

  /// Puts down a value that needs no quotes.
  @inline(__always)
  func put(_ literal: String) {
    hasValue = true
    sink.append(literal)
  }

  /// Puts down a text in quotes.
  @inline(__always)
  func put(text: String) {
    hasValue = true
    let escaped = JSONText.escaped(text)
    sink.collect { bytes in
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: escaped.utf8)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// Puts down a number; what JSON has no number for is `null`.
  func put(_ number: Double) { put(number.isFinite ? number.description : "null") }

  /// A line feed, and spaces for as many levels as answers have.
  private static let indent =
    [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 64)

  /// Four spaces for each level, as qemu-img has it.
  private static func breakLine(_ bytes: inout [UInt8], depth: Int) {
    let count = 1 + 4 * depth
    bytes.append(contentsOf: indent[..<min(count, indent.count)])
    for _ in indent.count..<max(count, indent.count) { bytes.append(UInt8(ascii: " ")) }
  }
}
