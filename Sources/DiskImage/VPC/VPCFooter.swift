/// The footer of a VHD, a copy of which begins every dynamic and differencing one.
///
/// Source: Microsoft Virtual Hard Disk Image Format Specification, "Hard Disk Footer Format", bytes 0
/// to 84 of 512.
struct VPCFooter {
  /// Bytes.
  static let length = 512
  /// Bytes: 2040 GiB, more than which QEMU does not open.
  static let maxVirtualSize: UInt64 = 2040 << 30
  /// Sectors of the largest geometry; a disk that has it may be larger.
  private static let maxGeometry: UInt64 = 65_535 * 16 * 255
  /// Creator applications whose disks are as large as `currentSize` says; those of all others are as
  /// large as their geometry. QEMU's list: Hyper-V, QEMU itself with `force_size`, disk2vhd,
  /// XenConverter, XenServer. Source: QEMU 7.2 block/vpc.c.
  private static let creatorsThatMeanTheSize: Set<[UInt8]> = [
    Array("win ".utf8), Array("qem2".utf8), Array("d2v ".utf8), Array("CTXS".utf8),
    Array("tap\0".utf8),
  ]

  /// Bytes from the start of the image to the dynamic disk header.
  let dataOffset: UInt64
  /// Four characters.
  let creatorApplication: [UInt8]
  /// Bytes.
  let currentSize: UInt64
  /// Cylinders, heads, and sectors of 512 bytes per track.
  let diskGeometry: (cylinders: UInt16, heads: UInt8, sectors: UInt8)
  /// 2 fixed, 3 dynamic, 4 differencing.
  let diskType: UInt32
  /// The image; `nil` where all bits are zero.
  let uniqueID: String?

  /// Reads the fields.
  /// - Throws: `.truncated`, and `.checksumMismatch` where the bytes are not what was written.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    try bytes.checkVPCSum(
      from: 0, count: Self.length, checksumAt: 64, field: "Checksum of the hard disk footer")
    dataOffset = try bytes.bigEndian(UInt64.self, at: 16)
    creatorApplication = Array(try bytes.slice(at: 28, count: 4))
    currentSize = try bytes.bigEndian(UInt64.self, at: 48)
    diskGeometry = (
      try bytes.bigEndian(UInt16.self, at: 56), try bytes.bigEndian(UInt8.self, at: 58),
      try bytes.bigEndian(UInt8.self, at: 59)
    )
    diskType = try bytes.bigEndian(UInt32.self, at: 60)
    uniqueID = try bytes.uuid(at: 68)
  }

  /// Whether the image says that it is fixed, which one that begins with a copy of its footer is not:
  /// QEMU then names no block size.
  var isFixed: Bool { diskType == 2 }

  /// Whether the image is dynamic and has no parent.
  var isDynamic: Bool { diskType == 3 }

  /// Whether all of the disk is in the image. The types 0, 1, 5 and 6 were given up, and mean nothing.
  var isWhole: Bool { diskType == 2 || diskType == 3 }

  /// Whether the image has a parent.
  var isDifferencing: Bool { diskType == 4 }

  /// Bytes that a guest sees: whole sectors of 512, by the size or by the geometry, as QEMU.
  var virtualSize: UInt64 {
    let sectors =
      UInt64(diskGeometry.cylinders) * UInt64(diskGeometry.heads) * UInt64(diskGeometry.sectors)
    let isSizeMeant = Self.creatorsThatMeanTheSize.contains(creatorApplication)
    return isSizeMeant || sectors == Self.maxGeometry ? currentSize & ~511 : sectors * 512
  }

  /// Checks the fields that stand alone.
  /// - Throws: what cannot be.
  func check() throws(HeaderFault) {
    _ = try virtualSize.checked(within: 0...Self.maxVirtualSize, field: "Current Size")
  }
}

extension HeaderBytes {
  /// Checks the checksum over `count` bytes from the absolute `start`: the complement of the sum of
  /// all bytes but its own four.
  func checkVPCSum(
    from start: UInt64, count: Int, checksumAt offset: UInt64, field: String
  ) throws(HeaderFault) {
    var sum: UInt32 = 0
    // Not more than 1024 bytes: the sum is far from an overflow.
    for byte in try slice(at: start, count: count) { sum += UInt32(byte) }
    for byte in try slice(at: offset, count: 4) { sum -= UInt32(byte) }
    guard try bigEndian(UInt32.self, at: offset) == ~sum else {
      throw .checksumMismatch(field: field)
    }
  }
}
