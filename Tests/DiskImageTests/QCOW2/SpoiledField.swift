import DiskImage
import Testing

/// One field of the header with a value that QEMU refuses, and our fault for it.
struct SpoiledField: Sendable, CustomTestStringConvertible {
  let value: UInt64
  /// Bytes.
  let width: Int
  let offset: Int
  let fault: HeaderFault

  var testDescription: String { fault.reason }

  /// A value outside a range.
  static func outside(
    _ allowed: ClosedRange<UInt64>, _ field: String, at offset: Int, width: Int, _ value: UInt64
  ) -> SpoiledField {
    SpoiledField(
      value: value, width: width, offset: offset,
      fault: .outOfRange(field: field, value: value, allowed: allowed))
  }

  /// A value that contradicts another field.
  static func contradicting(
    _ reason: String, _ field: String, at offset: Int, width: Int, _ value: UInt64
  ) -> SpoiledField {
    SpoiledField(
      value: value, width: width, offset: offset,
      fault: .contradiction(field: field, reason: reason))
  }

  /// `image` with the field in it.
  func put(into image: QCOW2Bytes) -> QCOW2Bytes {
    image.spoiled { image in
      for index in 0..<width {
        let byte = UInt8(truncatingIfNeeded: value >> (8 * UInt64(width - 1 - index)))
        image.put(byte, at: offset + index)
      }
    }
  }

  /// The overlay of the tests with the field in it.
  var overlay: QCOW2Bytes { put(into: .overlay) }
}
