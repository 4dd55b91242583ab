internal import CLinux
internal import Glibc

/// Whether what this process says goes to the journal.
public enum JournalStream {
  /// Whether standard error is the stream that the service manager named (`$JOURNAL_STREAM`,
  /// systemd.exec(5): the decimal device and inode number, with a colon between).
  public static var isStandardError: Bool {
    guard let named = unsafe getenv("JOURNAL_STREAM").map({ unsafe String(cString: $0) }) else {
      return false
    }
    var raw = bs_status()
    guard unsafe bs_status_of(STDERR_FILENO, &raw) == 0 else { return false }
    return names(named, device: raw.device, inode: raw.inode)
  }

  /// Whether a text names a file; `device` is its major number << 32 | its minor number.
  static func names(_ text: String, device: UInt64, inode: UInt64) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt64(parts[0]), UInt64(parts[1]) == inode else {
      return false
    }
    // The C library's dev_t (sys/sysmacros.h): major 8 to 19 and from 44, minor 0 to 7 and 20 to 43.
    let major = (number >> 8 & 0xfff) | (number >> 32 & 0xffff_f000)
    let minor = (number & 0xff) | (number >> 12 & 0xffff_ff00)
    return device == major << 32 | minor
  }
}
