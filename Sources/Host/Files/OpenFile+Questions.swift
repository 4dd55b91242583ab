internal import CLinux
internal import Glibc

extension OpenFile {
  /// The first stretch of the file at or after `offset` that is allocated, as far as the file system
  /// says; nil when only holes follow. Where it does not say, everything is data.
  public borrowing func firstDataRange(after offset: UInt64) throws(HostFault) -> Range<UInt64>? {
    guard offset < byteCount, let position = Int64(exactly: offset) else { return nil }
    let start = bs_next_data(descriptor.number, position)
    if start == Int64(-ENXIO) { return nil }
    if start == Int64(-EINVAL) || start == Int64(-EOPNOTSUPP) { return offset..<byteCount }
    try fault(start)
    let end = bs_next_hole(descriptor.number, start)
    try fault(end)
    guard let first = UInt64(exactly: start), let last = UInt64(exactly: end), first < last,
      first < byteCount
    else { return nil }
    return first..<min(last, byteCount)
  }

  /// Whether anybody holds one of QEMU's permission locks on the file; asked, never taken.
  ///
  /// QEMU locks byte 100 + n for a permission n that it uses and byte 200 + n for one that it does
  /// not share (QEMU block/file-posix.c, RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE). A lock on
  /// a larger range that covers those bytes counts: QEMU would not open the file either.
  /// - Throws: `lock` where the file system cannot say.
  public borrowing func isLockedByQEMU() throws(HostFault) -> Bool {
    guard try isLocked(QEMULocks.span) else { return false }
    for range in QEMULocks.ranges {
      if try isLocked(range) { return true }
    }
    return false
  }

  private borrowing func isLocked(_ range: Range<Int64>) throws(HostFault) -> Bool {
    let seen = bs_lock_seen(descriptor.number, range.lowerBound, Int64(range.count))
    try seen.check("lock", path)
    return seen == 1
  }

  private borrowing func fault(_ result: Int64) throws(HostFault) {
    guard result < 0 else { return }
    throw HostFault(operation: "seek", path: path, code: Int32(truncatingIfNeeded: -result))
  }
}

/// The bytes on which QEMU announces what it does with an image.
enum QEMULocks {
  /// Permission numbers are bits of a 64-bit word (QEMU include/block/block-common.h, BLK_PERM_*).
  static let ranges: [Range<Int64>] = [100..<164, 200..<264]
  /// All of them and what lies between: most files have no lock at all, and one question tells it.
  static let span: Range<Int64> = 100..<264
}
