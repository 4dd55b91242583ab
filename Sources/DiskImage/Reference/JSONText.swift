/// A JSON value: the one place that parses JSON of QEMU.
public enum JSONText: Equatable {
  case null
  case boolean(Bool)
  /// In decimal, so that no 64-bit number loses a digit.
  case number(String)
  case string(String)
  case list([JSONText])
  case object([String: JSONText])

  /// Parses strict JSON; strings may also stand in single quotes, as QEMU allows.
  ///
  /// Length and depth are checked before the parser sees a byte. A key that stands twice in an
  /// object is refused, as by QEMU.
  public init(parsing text: ArraySlice<UInt8>) throws(InvalidReference) {
    var parser = JSONParser(try JSONOutline(of: text).strict)
    guard let value = parser.document() else { throw InvalidReference("it is not JSON") }
    guard !parser.hasKeyTwice else {
      throw InvalidReference("a key stands twice in a JSON object")
    }
    self = value
  }
}
