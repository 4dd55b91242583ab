/// A window of an image's bytes that is safe to read at any offset.
///
/// Offsets are absolute (from the start of the image), the way every format specification prints
/// them. Reading past the window throws, it never traps.
public struct HeaderBytes: Sendable {
  /// The bytes of the window.
  public let bytes: [UInt8]
  /// The offset in the image, in bytes, of the window's first byte.
  public let start: UInt64

  /// A window over `bytes`, which stand in the image from `start` on.
  public init(_ bytes: [UInt8], startingAt start: UInt64 = 0) {
    self.bytes = bytes
    self.start = start
  }

  /// Reads a window of up to `count` bytes from `source`; a shorter image gives a shorter window.
  public init<Source: ByteSource & ~Copyable>(
    reading source: borrowing Source, at offset: UInt64, count: Int
  ) throws(HeaderFault) {
    do {
      self.init(try source.bytes(at: offset, count: count), startingAt: offset)
    } catch {
      throw .unreadable(error)
    }
  }

  /// `count` bytes from the absolute `offset`.
  /// - Throws: `.truncated` when the window does not hold them all.
  public func slice(at offset: UInt64, count: Int) throws(HeaderFault) -> ArraySlice<UInt8> {
    bytes[try range(at: offset, count: count)]
  }

  /// Where in `bytes` those `count` bytes lie that stand at the absolute `offset`.
  func range(at offset: UInt64, count: Int) throws(HeaderFault) -> Range<Int> {
    guard let range = place(of: count, at: offset) else {
      throw .truncated(offset: offset, needed: count)
    }
    return range
  }

  /// The same; `nil` where the window does not hold them all.
  private func place(of count: Int, at offset: UInt64) -> Range<Int>? {
    guard count >= 0, offset >= start, let low = Int(exactly: offset - start),
      low <= bytes.count, count <= bytes.count - low
    else { return nil }
    return low..<(low + count)
  }

  /// The unsigned big-endian number at the absolute `offset`.
  public func bigEndian<Field>(_: Field.Type, at offset: UInt64) throws(HeaderFault) -> Field
  where Field: FixedWidthInteger & UnsignedInteger {
    var value: Field = 0
    // No slice: headers have dozens of fields, and each would be counted as an owner of the bytes.
    for index in try range(at: offset, count: Field.bitWidth / 8) {
      value = value << 8 | Field(truncatingIfNeeded: bytes[index])
    }
    return value
  }

  /// The unsigned little-endian number at the absolute `offset`.
  public func littleEndian<Field>(_: Field.Type, at offset: UInt64) throws(HeaderFault) -> Field
  where Field: FixedWidthInteger & UnsignedInteger {
    try bigEndian(Field.self, at: offset).byteSwapped
  }

  /// Whether `pattern` stands at the absolute `offset`; false where the window ends before.
  public func holds(_ pattern: some Collection<UInt8>, at offset: UInt64) -> Bool {
    guard let place = place(of: pattern.count, at: offset) else { return false }
    // Every image is asked for the magic of every format: most differ in their first byte.
    var index = place.lowerBound
    for byte in pattern {
      guard bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Whether the ASCII text stands at the absolute `offset`.
  public func holds(_ text: String, at offset: UInt64) -> Bool {
    guard let place = place(of: text.utf8.count, at: offset) else { return false }
    return bytes.span.extracting(place).begins(with: text)
  }
}
