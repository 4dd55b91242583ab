/// The fixed part of a qcow2 header, versions 2 and 3.
///
/// Source: QEMU docs/interop/qcow2, "Header", bytes 0 to 104; all numbers big-endian. Fields that
/// version 2 lacks have the values that the specification assumes for it.
struct QCOW2Header {
  /// `QFI\xfb`.
  static let magic: UInt32 = 0x5146_49fb
  /// 512 bytes to 2 MiB, as QEMU; checked before anything is shifted by it.
  static let clusterBitsRange: ClosedRange<UInt32> = 9...21
  /// Bytes. QEMU refuses a longer backing name.
  static let maxBackingNameLength: UInt64 = 1023

  let version: UInt32
  /// Bytes from the start of the image; 0 where there is no backing file.
  let backingFileOffset: UInt64
  /// Bytes; means nothing where there is no backing file.
  let backingFileSize: UInt32
  let clusterBits: UInt32
  /// Bytes of the virtual disk.
  let size: UInt64
  /// 0 none, 1 AES, 2 LUKS.
  let cryptMethod: UInt32
  /// Entries of 8 bytes.
  let l1Size: UInt32
  let l1TableOffset: UInt64
  let refcountTableOffset: UInt64
  let refcountTableClusters: UInt32
  let nbSnapshots: UInt32
  let snapshotsOffset: UInt64
  let incompatibleFeatures: QCOW2IncompatibleFeatures
  let compatibleFeatures: QCOW2CompatibleFeatures
  let autoclearFeatures: QCOW2AutoclearFeatures
  /// The width of a reference count is 2 to this power, in bits.
  let refcountOrder: UInt32
  /// Bytes; header extensions begin here.
  let headerLength: UInt32
  /// 0 zlib, 1 zstd.
  let compressionType: UInt8

  /// Reads the fields, and refuses only what leaves the rest without a meaning.
  /// - Throws: `.truncated`, and `.outOfRange` for `version` and `cluster_bits`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    version = try bytes.bigEndian(UInt32.self, at: 4).checked(within: 2...3, field: "version")
    backingFileOffset = try bytes.bigEndian(UInt64.self, at: 8)
    backingFileSize = try bytes.bigEndian(UInt32.self, at: 16)
    clusterBits = try bytes.bigEndian(UInt32.self, at: 20)
      .checked(within: Self.clusterBitsRange, field: "cluster_bits")
    size = try bytes.bigEndian(UInt64.self, at: 24)
    cryptMethod = try bytes.bigEndian(UInt32.self, at: 32)
    l1Size = try bytes.bigEndian(UInt32.self, at: 36)
    l1TableOffset = try bytes.bigEndian(UInt64.self, at: 40)
    refcountTableOffset = try bytes.bigEndian(UInt64.self, at: 48)
    refcountTableClusters = try bytes.bigEndian(UInt32.self, at: 56)
    nbSnapshots = try bytes.bigEndian(UInt32.self, at: 60)
    snapshotsOffset = try bytes.bigEndian(UInt64.self, at: 64)
    guard version > 2 else {
      (incompatibleFeatures, compatibleFeatures, autoclearFeatures) = ([], [], [])
      (refcountOrder, headerLength, compressionType) = (4, 72, 0)
      return
    }
    incompatibleFeatures = .init(rawValue: try bytes.bigEndian(UInt64.self, at: 72))
    compatibleFeatures = .init(rawValue: try bytes.bigEndian(UInt64.self, at: 80))
    autoclearFeatures = .init(rawValue: try bytes.bigEndian(UInt64.self, at: 88))
    refcountOrder = try bytes.bigEndian(UInt32.self, at: 96)
    headerLength = try bytes.bigEndian(UInt32.self, at: 100)
    compressionType = headerLength > 104 ? try bytes.bigEndian(UInt8.self, at: 104) : 0
  }

  /// Bytes; 512 to 2 MiB.
  var clusterSize: UInt64 { 1 << UInt64(clusterBits) }

  /// Bytes that a guest sees: whole sectors of 512 bytes, as QEMU.
  var virtualSize: UInt64 { size & ~511 }

  /// Bytes from the start of the image; header extensions end here at the latest.
  var extensionAreaEnd: UInt64 { backingFileOffset == 0 ? clusterSize : backingFileOffset }
}
