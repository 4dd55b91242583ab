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
    if !container.isEmpty { breakLine() }
    put(container.isArray ? "]" : "}")
  }

  /// Begins an element of the array at `depth`.
  @inline(__always)
  func beginElement(of depth: Int) {
    close(downTo: depth + 1)
    precondition(containers.count == depth + 1, "an element is added to a closed array")
    if !containers[depth].isEmpty { sink.append(UInt8(ascii: ",")) }
    containers[depth].isEmpty = false
    breakLine()
  }

  /// Begins a member of the object at `depth`.
  @inline(__always)
  func beginMember(_ key: String, of depth: Int) {
    beginElement(of: depth)
    put(text: key)
    sink.append(UInt8(ascii: ":"))
    sink.append(UInt8(ascii: " "))
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
    sink.append(UInt8(ascii: "\""))
    sink.append(JSONText.escaped(text))
    sink.append(UInt8(ascii: "\""))
  }

  /// Puts down a number; what JSON has no number for is `null`.
  func put(_ number: Double) { put(number.isFinite ? number.description : "null") }

  private func breakLine() {
    sink.append(UInt8(ascii: "\n"))
    sink.append(UInt8(ascii: " "), count: 4 * containers.count)
  }
}
