internal import Glibc
internal import Model

/// Which machine this is.
public struct HostIdentity: Hashable, Sendable {
  /// The machine's number (machine-id(5), 32 hexadecimal digits), or its name where it has none.
  public let machineID: String
  /// The network name (`uname -n`).
  public let name: String

  /// An identity from its parts.
  public init(machineID: String, name: String) {
    self.machineID = machineID
    self.name = name
  }

  /// The identity of the machine on which this process runs.
  /// - Throws: the fault when its number is there and cannot be read: under another number, every image
  ///   would be one that was never seen.
  public static func current(file: String = "/etc/machine-id") throws(HostFault) -> HostIdentity {
    let name = nodeName()
    let stored: [UInt8]
    do throws(HostFault) { stored = try SystemFile.contents(PathBytes(file)) } catch {
      guard error.isMissing else { throw error }
      stored = []
    }
    return HostIdentity(machineID: machineID(in: stored) ?? name, name: name)
  }

  /// The number in the text of a machine-id file; nil for `uninitialized` and other nonsense.
  public static func machineID(in contents: [UInt8]) -> String? {
    let line = String(decoding: contents.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let isNumber = line.utf8.count == 32 && line.allSatisfy { $0.isASCII && $0.isHexDigit }
    return isNumber ? line.lowercased() : nil
  }

  private static func nodeName() -> String {
    var names = utsname()
    unsafe uname(&names)
    return unsafe withUnsafeBytes(of: &names.nodename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
