internal import Glibc

/// The user on whose behalf this process acts.
public enum Account {
  /// Whether it is root.
  public static var isRoot: Bool { geteuid() == 0 }
}
