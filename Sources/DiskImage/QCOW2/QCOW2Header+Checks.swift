extension QCOW2Header {
  /// Entries of 8 bytes: the 32 MiB that QEMU allows for an L1 table.
  private static let maxL1Entries: UInt64 = (32 << 20) / 8
  /// Bytes that QEMU allows for the reference count table.
  private static let maxRefcountTableLength: UInt64 = 8 << 20
  /// QEMU's limit; the table has one of its own, in bytes.
  private static let maxSnapshots: UInt32 = 65_536
  /// The last offset that QEMU, which counts in signed numbers, can name.
  private static let lastOffset: UInt64 = UInt64(Int64.max)

  /// Checks what has to hold before header extensions and the backing name can be found.
  /// - Throws: what QEMU refuses in `header_length` and `backing_file_offset`.
  func checkLayout() throws(HeaderFault) {
    let length = UInt64(headerLength)
    if version > 2 {
      _ = try length.checked(within: 104...max(104, clusterSize), field: "header_length")
    }
    _ = try backingFileOffset.checked(within: 0...clusterSize, field: "backing_file_offset")
  }

  /// Checks `compression_type` against its feature bit.
  /// - Throws: where one of them cannot be.
  func checkCompression() throws(HeaderFault) {
    _ = try compressionType.checked(within: 0...1, field: "compression_type")
    let announced = incompatibleFeatures.contains(.compressionType)
    guard announced == (compressionType != 0) else {
      throw .contradiction(
        field: "compression_type",
        reason: "is \(compressionType), and the incompatible feature bit says otherwise")
    }
  }

  /// Checks the fields that stand alone: widths, methods, feature bits.
  /// - Throws: what QEMU refuses.
  func checkFields() throws(HeaderFault) {
    if incompatibleFeatures.contains(.extendedL2) {
      _ = try clusterBits.checked(within: 14...21, field: "cluster_bits")
    }
    _ = try refcountOrder.checked(within: 0...6, field: "refcount_order")
    _ = try cryptMethod.checked(within: 0...2, field: "crypt_method")
  }

  /// Checks what QEMU checks last, and `qemu-img info`, which opens no data file, not at all.
  /// - Throws: what QEMU refuses.
  func checkDataFile() throws(HeaderFault) {
    if autoclearFeatures.contains(.rawDataFile), !incompatibleFeatures.contains(.externalDataFile) {
      throw .contradiction(
        field: "autoclear_features",
        reason: "says that the external data file is raw, and there is none")
    }
  }

  /// Checks where the tables are and how long.
  /// - Throws: what QEMU refuses.
  func checkTables() throws(HeaderFault) {
    let clusters = try UInt64(refcountTableClusters).checked(
      within: 1...(Self.maxRefcountTableLength / clusterSize), field: "refcount_table_clusters")
    try checkPlace(
      refcountTableOffset, length: clusters * clusterSize, field: "refcount_table_offset")
    let entries = try UInt64(l1Size).checked(within: 0...Self.maxL1Entries, field: "l1_size")
    try checkPlace(l1TableOffset, length: entries * 8, field: "l1_table_offset")
    guard entries >= neededL1Entries else {
      throw .contradiction(
        field: "l1_size", reason: "is \(entries), and size needs \(neededL1Entries)")
    }
  }

  /// Checks how many snapshots there are and where their table begins.
  /// - Throws: what QEMU refuses.
  func checkSnapshots() throws(HeaderFault) {
    let count = try nbSnapshots.checked(within: 0...Self.maxSnapshots, field: "nb_snapshots")
    try checkPlace(
      snapshotsOffset, length: UInt64(count) * QCOW2SnapshotTable.entryHeaderLength,
      field: "snapshots_offset")
  }

  /// Checks that something of `length` bytes can begin at `offset`.
  /// - Throws: where it would not begin a cluster, or would go on beyond what QEMU can address.
  func checkPlace(_ offset: UInt64, length: UInt64, field: String) throws(HeaderFault) {
    _ = try offset.checked(within: 0...(Self.lastOffset - length), field: field)
    guard offset % clusterSize == 0 else {
      throw .contradiction(field: field, reason: "is \(offset), not a multiple of the cluster size")
    }
  }

  /// L1 entries for the whole virtual disk: each is for one table of L2 entries, a cluster long.
  private var neededL1Entries: UInt64 {
    let entryBits: UInt64 = incompatibleFeatures.contains(.extendedL2) ? 4 : 3
    let bits = 2 * UInt64(clusterBits) - entryBits
    let whole = size >> bits
    return whole << bits == size ? whole : whole + 1
  }
}
