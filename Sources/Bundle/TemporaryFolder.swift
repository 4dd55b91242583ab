public import Foundation
internal import Host
internal import Model

/// A folder for files that nobody keeps; it goes with this value. What a process left that was killed, the next one
/// removes.
public final class TemporaryFolder {
  /// Where it stands.
  public let url: URL
  /// Held as long as the folder is in use; the kernel drops it however the process ends.
  private let lock: LockFile

  private static let prefix = "backstory-bundle-"
  private static let lockName = "lock"
  /// A folder that is younger may not have its lock yet.
  private static let youngest: TimeInterval = 60
  /// How many one process removes.
  private static let mostLeftovers = 100

  /// Where folders are made: there is room for a bundle, and /tmp may be memory.
  public static var parent: URL {
    let named = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    return URL(fileURLWithPath: named ?? "/var/tmp")
  }

  /// Makes a folder into which only this user can look.
  public init() throws {
    Self.removeLeftovers(in: Self.parent)
    url = Self.parent.appending(path: Self.prefix + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    lock = try Self.lock(url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The place of a file in it.
  public func file(_ name: String) -> URL { url.appending(path: name) }

  /// Removes folders of this user's whose processes are gone.
  private static func removeLeftovers(in temporary: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? []
    let old = names.lazy.filter { $0.hasPrefix(prefix) }.map { temporary.appending(path: $0) }
      .filter(isOwnAndOld)
    for folder in old.prefix(mostLeftovers) {
      do {
        let lock = try lock(folder)
        try? FileManager.default.removeItem(at: folder)
        _ = consume lock
      } catch {
        // Its process lives.
      }
    }
  }

  private static func lock(_ folder: URL) throws(LockFault) -> LockFile {
    try LockFile(
      taking: PathBytes(folder.appending(path: lockName).path.utf8), owner: "backstory",
      wait: false)
  }

  /// Whether it is a folder that only this user can have made and filled, some time ago.
  private static func isOwnAndOld(_ folder: URL) -> Bool {
    guard
      let status = try? statusIfThere(
        ofPath: PathBytes(folder.path.utf8), followingLink: false),
      status.kind == .directory, status.ownerID == geteuid(), status.mode & 0o077 == 0
    else { return false }
    let changed = Date(timeIntervalSince1970: Double(status.modified) / 1e9)
    return changed < Date(timeIntervalSinceNow: -youngest)
  }
}
