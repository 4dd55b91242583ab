/// One of the two headers of a VHDX. Source: [MS-VHDX] 2.2.2, bytes 0 to 79 of 4096.
struct VHDXHeader: Equatable {
  /// Bytes, all of which the checksum covers.
  static let length = 4096
  /// Bytes from the start of the image to each of the two.
  static let places: [UInt64] = [64 << 10, 128 << 10]
  /// Bytes: the places of the log and of all regions are whole mebibytes, and none is the first.
  static let unit: UInt64 = 1 << 20

  /// The header with the higher number is the current one.
  let sequenceNumber: UInt64
  /// The state of the data: what a child remembers of its parent.
  let dataWriteGUID: String?
  /// The entries of the log that have to be replayed; `nil` where there is nothing to replay.
  let logGUID: String?
  /// 0.
  let logVersion: UInt16
  /// Bytes.
  let logLength: UInt32
  /// Bytes from the start of the image.
  let logOffset: UInt64
  /// The writer's session.
  private let fileWriteGUID: String?

  private init(parsing bytes: HeaderBytes, at start: UInt64) throws(HeaderFault) {
    try bytes.checkSealed(from: start, count: Self.length, signature: "head", of: "header")
    sequenceNumber = try bytes.littleEndian(UInt64.self, at: start + 8)
    fileWriteGUID = try bytes.guid(at: start + 16)
    dataWriteGUID = try bytes.guid(at: start + 32)
    logGUID = try bytes.guid(at: start + 48)
    logVersion = try bytes.littleEndian(UInt16.self, at: start + 64)
    _ = try bytes.littleEndian(UInt16.self, at: start + 66).checked(within: 1...1, field: "Version")
    logLength = try bytes.littleEndian(UInt32.self, at: start + 68)
    logOffset = try bytes.littleEndian(UInt64.self, at: start + 72)
  }

  /// The valid header with the higher sequence number.
  /// - Throws: why the first is not valid where neither is, and where two different ones have the same
  ///   number.
  static func current<Source: ByteSource & ~Copyable>(
    of source: borrowing Source
  ) throws(HeaderFault) -> VHDXHeader {
    var valid: [VHDXHeader] = []
    var first: HeaderFault?
    for place in places {
      do {
        let bytes = try HeaderBytes(reading: source, at: place, count: length)
        valid.append(try VHDXHeader(parsing: bytes, at: place))
      } catch { first = first ?? error }
    }
    guard let one = valid.first, let other = valid.last else {
      throw first ?? .truncated(offset: places[0], needed: length)
    }
    // Disk2vhd writes two equal ones.
    guard valid.count == 1 || one == other || one.sequenceNumber != other.sequenceNumber else {
      throw .contradiction(field: "SequenceNumber", reason: "is that of both headers, which differ")
    }
    return one.sequenceNumber >= other.sequenceNumber ? one : other
  }

  /// Checks the place of the log, where there is anything in it.
  /// - Throws: what QEMU refuses.
  func check() throws(HeaderFault) {
    guard logGUID != nil else { return }
    _ = try logVersion.checked(within: 0...0, field: "LogVersion")
    guard logLength > 0 else { return }
    try Self.check(logOffset, length: UInt64(logLength), "LogOffset", "LogLength")
  }

  /// Checks a place in the image: whole mebibytes, behind the headers, within what QEMU can address.
  static func check(
    _ offset: UInt64, length: UInt64, _ offsetField: String, _ lengthField: String
  ) throws(HeaderFault) {
    let last = UInt64(Int64.max) - UInt64(UInt32.max)
    _ = try offset.checked(within: unit...last, field: offsetField)
    for (value, field) in [(offset, offsetField), (length, lengthField)] {
      guard value.isMultiple(of: unit) else {
        throw .contradiction(field: field, reason: "is \(value), not a multiple of 1 MiB")
      }
    }
  }
}
