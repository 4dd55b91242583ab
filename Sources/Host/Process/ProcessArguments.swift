internal import Model

/// What the process was started with, as bytes.
public enum ProcessArguments {
  /// Whether every argument is UTF-8; Swift's own list of them has other characters where one is not.
  public static var areUTF8: Bool {
    guard let words = try? SystemFile.contents("/proc/self/cmdline") else { return true }
    return String(validating: words, as: UTF8.self) != nil
  }
}
