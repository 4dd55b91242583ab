internal import Model

/// Which files have locks where QEMU puts its own, from one read of /proc/locks.
///
/// So the images that nobody uses need not be opened to know it. Locks that other hosts hold on a
/// network file system are not listed there: ask each of its files (`OpenFile.isLockedByQEMU`).
public struct LockTable: Sendable {
  /// A file in /proc/locks: the file system's device (major << 32 | minor) and the inode.
  public struct Place: Hashable, Sendable {
    /// The file system's device, `Mount.device`; on btrfs and overlayfs not what `stat` says.
    public let device: UInt64
    /// The inode number.
    public let inode: UInt64

    /// A place from its parts.
    public init(device: UInt64, inode: UInt64) {
      self.device = device
      self.inode = inode
    }
  }

  /// The files with a POSIX or open-file-description lock that covers one of QEMU's bytes.
  public let places: Set<Place>
  private let inodes: Set<UInt64>

  /// The table as it is now.
  /// - Throws: `open` or `read` when /proc is not there.
  public static func current() throws(HostFault) -> LockTable {
    LockTable(parsing: try SystemFile.contents("/proc/locks"))
  }

  /// Reads the text of a locks file (proc(5), /proc/locks); lines that are no locks are passed over.
  public init(parsing text: [UInt8]) {
    places = Set(text.split(separator: UInt8(ascii: "\n")).compactMap { Place(line: $0) })
    inodes = Set(places.map(\.inode))
  }

  /// False: no process of this host holds one of QEMU's locks on the file. True: one may, open it
  /// and ask.
  ///
  /// Compares inode numbers alone: on btrfs and overlayfs `stat` gives another device than the
  /// kernel lists here, and a false alarm costs no more than an open.
  public func mayBeLocked(_ status: FileStatus) -> Bool { inodes.contains(status.inode) }
}

extension LockTable.Place {
  /// Reads one line: `1: OFDLCK ADVISORY  READ -1 fe:00:16220436 100 100`. Nil for what is no such
  /// lock: `->` (somebody waits), FLOCK and LEASE, other bytes.
  init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "))
    guard fields.count == 8,
      ["POSIX", "OFDLCK"].contains(String(decoding: fields[1], as: UTF8.self)),
      let colon = fields[5].lastIndex(of: UInt8(ascii: ":")),
      let device = Mount.device(fields[5][..<colon], radix: 16),
      let inode = UInt64(text: fields[5][(colon + 1)...]),
      let first = Int64(text: fields[6])
    else { return nil }
    // The last byte is included; `EOF` stands for all there can be.
    let last = Int64(text: fields[7]) ?? .max
    guard QEMULocks.ranges.contains(where: { first < $0.upperBound && last >= $0.lowerBound })
    else { return nil }
    self.init(device: device, inode: inode)
  }
}
