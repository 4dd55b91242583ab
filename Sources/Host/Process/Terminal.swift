internal import CLinux
internal import Glibc
internal import Model

/// A standard stream and what stands behind it.
public struct Terminal: Sendable {
  /// What became of a write.
  public enum Delivery: Hashable, Sendable {
    /// Everything was written.
    case written
    /// The reader has gone away (`… | head`): no error, but there is no use in going on.
    case readerGone
    /// The system refused.
    case failed(HostFault)
  }

  /// Standard output.
  public static let output = Terminal(descriptor: STDOUT_FILENO)
  /// Standard error.
  public static let errors = Terminal(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// The stream behind an open descriptor, which stays open.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether it is a terminal.
  public var isInteractive: Bool { isatty(descriptor) == 1 }

  /// The width in columns; nil when it is no terminal or does not know.
  public var columns: Int? {
    let columns = bs_columns(descriptor)
    return columns > 0 ? Int(columns) : nil
  }

  /// Writes all bytes, however long that takes; a reader that has gone raises no signal.
  public func write(_ bytes: [UInt8]) -> Delivery {
    let result = unsafe bytes.withUnsafeBytes {
      unsafe bs_write_all(descriptor, $0.baseAddress, $0.count)
    }
    if result == 0 { return .written }
    if result == -EPIPE { return .readerGone }
    return .failed(HostFault(operation: "write", path: "", code: -result))
  }

  /// Whether the locale of this process is one of UTF-8 (`LC_ALL`, else `LC_CTYPE`, else `LANG`).
  public static var usesUTF8: Bool {
    usesUTF8 { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
  }

  /// The same for any environment; the first variable that is set and not empty decides (locale(7)).
  public static func usesUTF8(_ variable: (String) -> String?) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
    let codeset = locale?.split(separator: ".").dropFirst().first?.split(separator: "@").first
    return ["utf-8", "utf8"].contains(codeset?.lowercased())
  }
}
