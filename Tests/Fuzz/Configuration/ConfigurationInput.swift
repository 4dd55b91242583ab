import Configuration
import Model

/// What a fuzzer made up: the text of a configuration.
struct ConfigurationInput {
  private let bytes: [UInt8]

  /// An input, of any bytes.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the text; gives the first promise that was broken, and `nil` for none.
  func brokenPromise() -> String? {
    // What the file's reader refuses does not reach the parser.
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0),
      !text.contains("\\u0000"), !text.contains("\\U00000000")
    else { return nil }
    do throws(ConfigurationFaults) {
      return Self.broken(try Settings(parsing: text, file: "/f"))
    } catch {
      return broken(error)
    }
  }

  private static func broken(_ settings: Settings) -> String? {
    for pool in settings.pools {
      if pool.name.isEmpty || pool.paths.isEmpty { return "a pool has no name or no path" }
      if (pool.paths + pool.viewers).contains(where: { $0.bytes.first != UInt8(ascii: "/") }) {
        return "a pool's path is not absolute"
      }
    }
    return nil
  }

  private func broken(_ faults: ConfigurationFaults) -> String? {
    if faults.faults.isEmpty { return "it is refused without a fault" }
    if faults.faults.count > 21 { return "more faults are told than anybody reads" }
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    for fault in faults.faults {
      if fault.message.utf8.count > 4096 { return "a message is endless" }
      if let line = fault.line, !(1...lines).contains(line) { return "a fault is on no line" }
    }
    return nil
  }
}
