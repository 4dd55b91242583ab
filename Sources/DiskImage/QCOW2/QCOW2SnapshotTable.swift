/// The table of internal snapshots.
///
/// Source: QEMU docs/interop/qcow2, "Snapshots". At most 1 MiB of the table is read (QEMU: 64 MiB),
/// enough for 10,000 entries as QEMU writes them: 64 bytes, the name and the number.
enum QCOW2SnapshotTable {
  /// Bytes of an entry before its extra data, identifier and name.
  static let entryHeaderLength: UInt64 = 40
  /// Bytes of extra data that QEMU accepts.
  static let maxExtraLength: UInt32 = 1024
  /// Bytes that are read at most.
  static let readLimit = 1 << 20

  /// Appends the snapshots of an image to `snapshots`; those before a fault stay there.
  /// - Throws: `.truncated` where the image, or what is read of the table, ends before its entries
  ///   do; `.outOfRange` for an entry that QEMU refuses.
  static func read<Source: ByteSource & ~Copyable>(
    of header: QCOW2Header, into snapshots: inout [ImageSnapshot], source: borrowing Source
  ) throws(HeaderFault) {
    var window = HeaderWindow(over: HeaderBytes([]), limit: readLimit)
    var offset = header.snapshotsOffset
    for _ in 0..<header.nbSnapshots {
      try window.cover(offset, count: Int(entryHeaderLength), of: source)
      let entry = try Entry(parsing: window.bytes, at: offset)
      try window.cover(offset, count: entry.length, of: source)
      snapshots.append(try entry.snapshot(in: window.bytes, at: offset))
      offset += (UInt64(entry.length) + 7) / 8 * 8
    }
  }

  private struct Entry {
    let idLength: Int
    let nameLength: Int
    let extraLength: Int

    /// Bytes of the whole entry, padding left out; at most 132,134.
    var length: Int { 40 + extraLength + idLength + nameLength }

    init(parsing bytes: HeaderBytes, at offset: UInt64) throws(HeaderFault) {
      idLength = Int(try bytes.bigEndian(UInt16.self, at: offset + 12))
      nameLength = Int(try bytes.bigEndian(UInt16.self, at: offset + 14))
      extraLength = Int(
        try bytes.bigEndian(UInt32.self, at: offset + 36)
          .checked(within: 0...maxExtraLength, field: "snapshot extra data size"))
    }

    func snapshot(in bytes: HeaderBytes, at offset: UInt64) throws(HeaderFault) -> ImageSnapshot {
      let extra = offset + entryHeaderLength
      let id = extra + UInt64(extraLength)
      let name = id + UInt64(idLength)
      let count = extraLength >= 24 ? try bytes.bigEndian(UInt64.self, at: extra + 16) : .max
      return ImageSnapshot(
        id: String(decoding: try bytes.text(at: id, count: idLength) ?? [], as: UTF8.self),
        name: String(decoding: try bytes.text(at: name, count: nameLength) ?? [], as: UTF8.self),
        machineStateSize: extraLength >= 8
          ? try bytes.bigEndian(UInt64.self, at: extra)
          : UInt64(try bytes.bigEndian(UInt32.self, at: offset + 32)),
        date: (
          seconds: try bytes.bigEndian(UInt32.self, at: offset + 16),
          nanoseconds: try bytes.bigEndian(UInt32.self, at: offset + 20)
        ),
        guestClock: try bytes.bigEndian(UInt64.self, at: offset + 24),
        instructionCount: count == .max ? nil : count)
    }
  }
}
