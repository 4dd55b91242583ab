internal import Glibc

/// The user on whose behalf this process acts.
public enum Account {
  /// Whether it is root.
  public static var isRoot: Bool { geteuid() == 0 }

  /// From now on, what this process makes may be read and written by its owner alone.
  public static func keepNewFilesPrivate() { umask(0o077) }
}
