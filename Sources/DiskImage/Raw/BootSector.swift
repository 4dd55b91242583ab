/// The first sector of a disk or file system that ends with 0x55 0xAA.
struct BootSector {
  private let bytes: HeaderBytes
  private let partitions: [Partition]

  private struct Partition {
    let status: UInt8
    let type: UInt8
    /// Sectors of 512 bytes (or of 4096, where the disk has such).
    let start: UInt32
    let sectorCount: UInt32
  }

  /// The first 512 bytes of `head`, where they end as a boot sector does.
  init?(_ head: HeaderBytes) {
    guard head.holds([0x55, 0xaa], at: 510) else { return nil }
    bytes = head
    do {
      partitions = try [446, 462, 478, 494].map { (offset: UInt64) throws(HeaderFault) in
        Partition(
          status: try head.bigEndian(UInt8.self, at: offset),
          type: try head.bigEndian(UInt8.self, at: offset + 4),
          start: try head.littleEndian(UInt32.self, at: offset + 8),
          sectorCount: try head.littleEndian(UInt32.self, at: offset + 12))
      }
    } catch { return nil }
  }

  /// `ntfs`, `exfat` or `vfat`, where the sector begins such a file system.
  ///
  /// Source: Microsoft FAT specification, "BPB": the names are at byte 3, 54 or 82.
  var fileSystem: String? {
    if bytes.holds("NTFS    ", at: 3) { return "ntfs" }
    if bytes.holds("EXFAT   ", at: 3) { return "exfat" }
    let isNamed = bytes.holds("FAT32   ", at: 82) || bytes.holds("FAT", at: 54)
    return isNamed && hasParameterBlock ? "vfat" : nil
  }

  /// Whether the entries can be a partition table: every one is empty or makes sense, one is used.
  ///
  /// Code and text in the boot sector of a file system do not pass: a used entry has a status of 0
  /// or 0x80, a length, and a start behind the table and before the end of the disk.
  func holdsPartitions(ofDiskWith byteCount: UInt64) -> Bool {
    let used = partitions.filter { $0.type != 0 }
    let areStatuses = partitions.allSatisfy { $0.status == 0 || $0.status == 0x80 }
    return areStatuses && !used.isEmpty
      && used.allSatisfy {
        $0.start > 0 && $0.sectorCount > 0 && UInt64($0.start) * 512 < byteCount
      }
  }

  /// Whether an entry says that a GUID partition table follows. Source: UEFI 2.10, 5.2.3.
  var isProtective: Bool { partitions.contains { $0.type == 0xee } }

  /// Whether bytes 11 to 21 describe a FAT: sector size, cluster size, reserved sectors, FATs, medium.
  private var hasParameterBlock: Bool {
    guard let sectorSize = try? bytes.littleEndian(UInt16.self, at: 11),
      let clusterSectors = try? bytes.bigEndian(UInt8.self, at: 13),
      let reserved = try? bytes.littleEndian(UInt16.self, at: 14),
      let tables = try? bytes.bigEndian(UInt8.self, at: 16),
      let medium = try? bytes.bigEndian(UInt8.self, at: 21)
    else { return false }
    return [512, 1024, 2048, 4096].contains(sectorSize) && clusterSectors.nonzeroBitCount == 1
      && reserved > 0 && (1...2).contains(tables) && (medium == 0xf0 || medium >= 0xf8)
  }
}
