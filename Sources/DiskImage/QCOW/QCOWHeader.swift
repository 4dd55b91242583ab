/// The header of a qcow image, version 1.
///
/// Source: QEMU block/qcow.c, `QCowHeader`, bytes 0 to 47; all numbers big-endian.
struct QCOWHeader {
  /// Bytes. QEMU refuses a longer name.
  static let maxBackingNameLength: UInt32 = 1023
  /// 512 bytes to 64 KiB, as QEMU; checked before anything is shifted by it.
  static let clusterBitsRange: ClosedRange<UInt8> = 9...16
  /// Entries of 8 bytes: 512 bytes to 64 KiB, as QEMU.
  static let l2BitsRange: ClosedRange<UInt8> = 6...13
  /// Bytes from the start of the image that can be read at all. Source: QEMU
  /// include/block/block-common.h, `BDRV_MAX_LENGTH`.
  static let maxOffset: UInt64 = 0x7fff_ffff_c000_0000
  /// Entries of 8 bytes that QEMU reads of the L1 table at most.
  static let maxL1Size: UInt64 = 0x0fff_ffff

  /// Bytes from the start of the image; 0 means that there is no backing file.
  let backingFileOffset: UInt64
  /// Bytes.
  let backingFileSize: UInt32
  /// Bytes of the virtual disk.
  let size: UInt64
  let clusterBits: UInt8
  let l2Bits: UInt8
  /// 0 none, 1 AES.
  let cryptMethod: UInt32
  /// Bytes from the start of the image.
  let l1TableOffset: UInt64

  /// Reads the fields.
  /// - Throws: `.truncated`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    backingFileOffset = try bytes.bigEndian(UInt64.self, at: 8)
    backingFileSize = try bytes.bigEndian(UInt32.self, at: 16)
    size = try bytes.bigEndian(UInt64.self, at: 24)
    clusterBits = try bytes.bigEndian(UInt8.self, at: 32)
    l2Bits = try bytes.bigEndian(UInt8.self, at: 33)
    cryptMethod = try bytes.bigEndian(UInt32.self, at: 36)
    l1TableOffset = try bytes.bigEndian(UInt64.self, at: 40)
  }

  /// Bytes that a guest sees: whole sectors of 512, the rest cut off, as QEMU.
  var virtualSize: UInt64 { size & ~511 }

  /// Bytes.
  var clusterSize: UInt64 {
    get throws(HeaderFault) {
      1 << UInt64(try clusterBits.checked(within: Self.clusterBitsRange, field: "cluster_bits"))
    }
  }

  /// Checks every field, and that the L1 table can be as large as the disk needs it.
  /// - Throws: what QEMU refuses.
  func check() throws(HeaderFault) {
    let bits = try clusterBits.checked(within: Self.clusterBitsRange, field: "cluster_bits")
    let l2 = try l2Bits.checked(within: Self.l2BitsRange, field: "l2_bits")
    let reach: UInt64 = 1 << UInt64(bits + l2)
    let most = Self.maxL1Size * reach
    let entries = (try size.checked(within: 2...most, field: "size") + reach - 1) / reach
    _ = try cryptMethod.checked(within: 0...1, field: "crypt_method")
    _ = try l1TableOffset.checked(
      within: 0...(Self.maxOffset - entries * 8), field: "l1_table_offset")
  }
}
