internal import CLinux
internal import Glibc

/// Blocks of a file that other files have too.
public struct SharedBlocks: Hashable, Sendable {
  /// Bytes.
  public let bytes: UInt64
  /// Whether there may be more than that, or the bytes lie on the disk in another length.
  public let isRough: Bool
}

extension OpenFile {
  /// Which blocks other files share, by reflinks or snapshots; nil where the file system does not say. Of a file in
  /// more pieces than `limit` only the first are looked at.
  ///
  /// Nothing is written out for it: blocks that are not on the disk yet are shared by nobody.
  public borrowing func sharedBlocks(atMost limit: UInt32) throws(HostFault) -> SharedBlocks? {
    var bytes: UInt64 = 0
    let result = unsafe bs_shared(descriptor.number, limit, &bytes)
    if [-EOPNOTSUPP, -ENOTTY, -EINVAL].contains(result) { return nil }
    try result.check("look at the blocks of", path)
    return SharedBlocks(bytes: bytes, isRough: result > 0)
  }
}
