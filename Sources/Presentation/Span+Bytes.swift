extension Span<UInt8> {
  /// Whether all bytes satisfy a condition; over the bytes of a text this is several times as fast as over
  /// its view, which asks at every byte how the text is stored.
  ///
  /// Texts are short and nearly always satisfy: without a way out in the middle the processor looks at many
  /// bytes at a time.
  @inline(__always)
  func allSatisfy(_ condition: (UInt8) -> Bool) -> Bool {
    var failures: UInt8 = 0
    for index in indices { failures |= condition(self[index]) ? 0 : 1 }
    return failures == 0
  }
}
