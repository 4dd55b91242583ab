internal import Glibc

/// What a name in a directory stands for.
public enum FileKind: Hashable, Sendable {
  /// A regular file.
  case regular
  /// A directory.
  case directory
  /// A symbolic link, itself.
  case symbolicLink
  /// A block device node.
  case blockDevice
  /// A FIFO, a socket, a character device: nothing that holds an image.
  case other

  /// The kind that the type bits of a `st_mode` state.
  init(mode: UInt32) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFBLK: .blockDevice
      case _: .other
      }
  }

  /// The kind that a directory entry states (`d_type`), nil where the file system does not say.
  init?(entryType: UInt8) {
    // DT_* are the type bits of st_mode, shifted (dirent.h, DTTOIF).
    guard entryType != 0 else { return nil }
    self.init(mode: UInt32(entryType) << 12)
  }
}
