internal import DiskImage
internal import Host
public import Model

/// The file of a configuration.
public struct ConfigurationFile: Hashable, Sendable {
  /// Bytes that a configuration has at most; one of a thousand pools has a tenth of it.
  public static let byteLimit = 1 << 20

  /// The file's path, absolute.
  public let path: PathBytes
  /// Whether somebody named it, so that it has to be there.
  public let isNamed: Bool

  /// A file that somebody named, or the one at the place where it belongs.
  public init(_ path: PathBytes, isNamed: Bool) {
    self.path = path
    self.isNamed = isNamed
  }

  /// Reads what it says; nothing, where it is not there and need not be.
  ///
  /// What root does is decided by nobody but root: for root the file must be one that only root can
  /// write.
  public func settings(isRoot: Bool) throws(ConfigurationFaults) -> Settings {
    guard let bytes = try bytes(isRoot: isRoot) else { return Settings() }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self),
      // The parser hands texts on as C has them, which end at a NUL.
      !text.contains("\\u0000"), !text.contains("\\U00000000")
    else { throw only(.notText) }
    return try Settings(parsing: text, file: path)
  }

  /// The file's bytes; `nil` where it is not there and need not be.
  private func bytes(isRoot: Bool) throws(ConfigurationFaults) -> [UInt8]? {
    let contents: Contents
    do throws(HostFault) {
      contents = try Self.contents(of: path)
    } catch {
      if !isNamed, error.isMissing || isOutOfReach { return nil }
      throw only(error.isMissing ? .missing : .unreadable(reason: error.reason))
    }
    if isRoot, !Self.isTrusted(ownerID: contents.ownerID, mode: contents.mode) {
      throw only(.untrusted(owner: contents.ownerID, mode: contents.mode))
    }
    guard contents.bytes.count <= Self.byteLimit else {
      throw only(.tooLong(limit: Self.byteLimit))
    }
    return contents.bytes
  }

  /// Whether a directory on the way may not be entered, so that nobody can tell whether the file is
  /// there: the home of another user, as after `setpriv` or `sudo`. git passes over its own too.
  private var isOutOfReach: Bool {
    do throws(HostFault) {
      _ = try status(ofPath: path, followingLink: true)
      return false
    } catch {
      return error.isPermission
    }
  }

  private struct Contents {
    let bytes: [UInt8]
    let ownerID: UInt32
    let mode: UInt32
  }

  /// What is read, and the status of what was opened, so that nothing can come between.
  private static func contents(of path: PathBytes) throws(HostFault) -> Contents {
    let file = try OpenFile(opening: path)
    do throws(ReadFault) {
      return Contents(
        bytes: try file.bytes(at: 0, count: byteLimit + 1), ownerID: file.openedStatus.ownerID,
        mode: file.openedStatus.mode)
    } catch {
      throw HostFault(operation: "read", path: path, code: error.code)
    }
  }

  /// Whether nobody but root can have written a file: it is root's, and neither its group nor others
  /// may write it.
  static func isTrusted(ownerID: UInt32, mode: UInt32) -> Bool {
    ownerID == 0 && mode & 0o022 == 0
  }

  private func only(_ problem: ConfigurationFault.Problem) -> ConfigurationFaults {
    ConfigurationFaults([ConfigurationFault(problem, file: path)])
  }
}
