/// One of the two headers of a VHDX. Source: [MS-VHDX] 2.2.2, bytes 0 to 79 of 4096.
struct VHDXHeader: Equatable {
  /// Bytes, all of which the checksum covers.
  static let length = 4096
  /// Bytes from the start of the image to each of the two.
  static let places: [UInt64] = [64 << 10, 128 << 10]
  /// Bytes: the place of the log is a whole mebibyte, and not the first.
  static let unit: UInt64 = 1 << 20

  /// The header with the higher number is the current one.
  let sequenceNumber: UInt64
  /// The state of the data: what a child remembers of its parent.
  let dataWriteGUID: String?
  /// What entries of the log have that may have to be replayed; `nil` where there is nothing to replay.
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

  /// Where the log is, whether there is anything in it or not.
  var log: VHDXRegionTable.Region {
    VHDXRegionTable.Region(fileOffset: logOffset, length: logLength)
  }

  /// Checks the log's version and place, and its length where there is anything in it.
  /// - Throws: what QEMU refuses.
  func check() throws(HeaderFault) {
    _ = try logVersion.checked(within: 0...0, field: "LogVersion")
    // A log that may have to be read has to be where something can be.
    let last = logGUID == nil ? UInt64.max : UInt64(Int64.max) - UInt64(UInt32.max)
    _ = try logOffset.checked(within: Self.unit...last, field: "LogOffset")
    try Self.checkUnit(logOffset, "LogOffset")
    if logGUID != nil { try Self.checkUnit(UInt64(logLength), "LogLength") }
  }

  /// Whether the log has an entry of the session that the header names, or is too long to be looked through.
  ///
  /// Source: [MS-VHDX] 2.3.1.1, "Log Entry Header": an entry begins a sector of 4 KiB with `loge`, and
  /// has the GUID in its bytes 32 to 47.
  func hasLogEntry<Source: ByteSource & ~Copyable>(
    in source: borrowing Source
  ) throws(HeaderFault) -> Bool {
    guard let logGUID, logLength > 0 else { return false }
    guard UInt64(logLength) <= Self.unit else { return true }
    let bytes = try HeaderBytes(reading: source, at: logOffset, count: Int(logLength))
    // What lies behind the end of the image reads as zeros, and is no entry.
    let end = logOffset + UInt64(bytes.bytes.count)
    return stride(from: logOffset, to: end, by: 4096).contains { sector in
      bytes.holds("loge", at: sector) && (try? bytes.guid(at: sector + 32)) == logGUID
    }
  }

  private static func checkUnit(_ value: UInt64, _ field: String) throws(HeaderFault) {
    guard value.isMultiple(of: unit) else {
      throw .contradiction(field: field, reason: "is \(value), not a multiple of 1 MiB")
    }
  }
}
