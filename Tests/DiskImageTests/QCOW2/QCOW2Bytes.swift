import DiskImage

/// The bytes of a small qcow2 image: a header, its extensions and, on demand, tables.
///
/// As it stands it is sound: 1 MiB, clusters of 64 KiB, three of them in the file. What a test is
/// about it overwrites.
struct QCOW2Bytes {
  /// The bytes of the image so far.
  private(set) var bytes: [UInt8]
  private let headerLength: Int
  private var extensionsEnd: Int

  /// An image without a backing file and without extensions.
  init(version: UInt32 = 3, headerLength: UInt32 = 112) {
    self.headerLength = version == 2 ? 72 : Int(headerLength)
    extensionsEnd = self.headerLength
    bytes = [UInt8](repeating: 0, count: 3 * 65_536)
    put(0x5146_49fb as UInt32, at: 0)
    put(version, at: 4)
    put(16 as UInt32, at: 20)
    put(1_048_576 as UInt64, at: 24)
    put(1 as UInt32, at: 36)
    put(131_072 as UInt64, at: 40)
    put(65_536 as UInt64, at: 48)
    put(1 as UInt32, at: 56)
    if version > 2 {
      put(4 as UInt32, at: 96)
      put(headerLength, at: 100)
    }
  }

  /// Writes a number, big-endian.
  mutating func put<Field: FixedWidthInteger & UnsignedInteger>(_ value: Field, at offset: Int) {
    let width = Field.bitWidth / 8
    put((0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * (width - 1 - $0))) }, at: offset)
  }

  /// Writes bytes, beyond the end as well.
  mutating func put(_ content: [UInt8], at offset: Int) {
    let missing = offset + content.count - bytes.count
    if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
    bytes.replaceSubrange(offset..<(offset + content.count), with: content)
  }

  /// Appends a header extension, padded to 8 bytes.
  mutating func addExtension(_ type: UInt32, _ data: [UInt8]) {
    put(type, at: extensionsEnd)
    put(UInt32(data.count), at: extensionsEnd + 4)
    put(data, at: extensionsEnd + 8)
    extensionsEnd += 8 + (data.count + 7) / 8 * 8
  }

  /// Ends the extensions and writes the backing name behind them.
  /// - Returns: the offset of the first byte behind the name.
  @discardableResult
  mutating func addBackingName(_ name: [UInt8]) -> Int {
    addExtension(0, [])
    put(UInt64(extensionsEnd), at: 8)
    put(UInt32(name.count), at: 16)
    put(name, at: extensionsEnd)
    return extensionsEnd + name.count
  }

  /// Cuts the image after `count` bytes.
  mutating func cut(to count: Int) { bytes = Array(bytes.prefix(count)) }

  /// The same image with something changed.
  func spoiled(_ change: (inout QCOW2Bytes) -> Void) -> QCOW2Bytes {
    var copy = self
    change(&copy)
    return copy
  }

  /// What the reader says of the bytes.
  func facts() throws -> ImageFacts { try ImageFacts.reading(bytes) }
}

extension QCOW2Bytes {
  /// An overlay of `base.qcow2`, recorded as qcow2, the way `qemu-img create` writes it, without the
  /// feature name table; its last byte of use is byte 145.
  static var overlay: QCOW2Bytes {
    var image = QCOW2Bytes()
    image.addExtension(0xe279_2aca, Array("qcow2".utf8))
    image.addBackingName(Array("base.qcow2".utf8))
    return image
  }
}
