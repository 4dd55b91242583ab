extension [UInt8] {
  /// Whether there is nothing but zeros: what a hole reads as.
  var isZero: Bool { self[...].isZero }
}

extension ArraySlice<UInt8> {
  /// Whether there is nothing but zeros: what a hole reads as.
  ///
  /// A block with anything in it mostly has it at its front; of the others every byte is looked at, in
  /// pieces, because the end of a loop that stops at each byte cannot be foreseen by the compiler.
  var isZero: Bool {
    var start = startIndex
    while start < endIndex {
      let end = Swift.min(start + 64, endIndex)
      var bits: UInt8 = 0
      for index in start..<end { bits |= self[index] }
      if bits != 0 { return false }
      start = end
    }
    return true
  }
}
