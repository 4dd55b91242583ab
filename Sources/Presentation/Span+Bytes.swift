extension Span<UInt8> {
  /// Whether all bytes satisfy a condition; over the bytes of a text this is several times as fast as over
  /// its view, which asks at every byte how the text is stored.
  @inline(__always)
  func allSatisfy(_ condition: (UInt8) -> Bool) -> Bool {
    for index in indices where !condition(self[index]) { return false }
    return true
  }
}
