import DiskImage
import Testing

/// The bytes of an image that a test writes by hand.
struct HeaderDraft: Sendable {
  /// The bytes so far.
  private(set) var bytes: [UInt8]

  /// `count` zeros.
  init(count: Int) { bytes = [UInt8](repeating: 0, count: count) }

  /// Bytes that are there already.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Writes a number, its lowest byte first.
  mutating func put<Field: FixedWidthInteger & UnsignedInteger>(little value: Field, at offset: Int)
  {
    put((0..<(Field.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }, at: offset)
  }

  /// Writes a number, its highest byte first.
  mutating func put<Field: FixedWidthInteger & UnsignedInteger>(big value: Field, at offset: Int) {
    put(little: value.byteSwapped, at: offset)
  }

  /// Writes ASCII text.
  mutating func put(_ text: String, at offset: Int) { put(Array(text.utf8), at: offset) }

  /// Writes bytes, beyond the end as well.
  mutating func put(_ content: [UInt8], at offset: Int) {
    let missing = offset + content.count - bytes.count
    if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
    bytes.replaceSubrange(offset..<(offset + content.count), with: content)
  }

  /// Cuts the image after `count` bytes.
  mutating func cut(to count: Int) { bytes = Array(bytes.prefix(count)) }
}

extension [UInt8] {
  /// Text in UTF-16, little-endian.
  static func utf16Little(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  /// Text in UTF-16, big-endian.
  static func utf16Big(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
  }
}

/// One change that makes a sound image impossible, and our fault for it.
struct Spoiled: Sendable, CustomTestStringConvertible {
  /// What is to be said of the image.
  let fault: HeaderFault
  /// What is changed.
  let change: @Sendable (inout HeaderDraft) -> Void

  var testDescription: String { fault.reason }

  /// A number outside a range.
  static func outside(
    _ allowed: ClosedRange<UInt64>, _ field: String, _ value: UInt64,
    _ change: @escaping @Sendable (inout HeaderDraft) -> Void
  ) -> Spoiled {
    Spoiled(fault: .outOfRange(field: field, value: value, allowed: allowed), change: change)
  }

  /// A value that contradicts another.
  static func contradicting(
    _ field: String, _ reason: String, _ change: @escaping @Sendable (inout HeaderDraft) -> Void
  ) -> Spoiled {
    Spoiled(fault: .contradiction(field: field, reason: reason), change: change)
  }

  /// `image` with the change.
  func applied(to image: HeaderDraft) -> HeaderDraft {
    var copy = image
    change(&copy)
    return copy
  }
}
