import DiskImage

/// Bytes at the start of an image that is longer; the rest are zeros.
struct PaddedSource: ByteSource {
  let byteCount: UInt64
  private let bytes: [UInt8]

  /// `bytes`, and zeros up to `length` bytes in all.
  init(_ bytes: [UInt8], length: UInt64) {
    self.bytes = bytes
    byteCount = length
  }

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    guard count > 0, offset < byteCount else { return [] }
    let present = try bytes.bytes(at: offset, count: count)
    let length = Int(min(UInt64(count), byteCount - offset))
    guard present.count < length else { return Array(present.prefix(length)) }
    return present + [UInt8](repeating: 0, count: length - present.count)
  }
}
