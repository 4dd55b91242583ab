/// Whose a file is, and who may do what with it.
public struct FileOwnership: Hashable, Sendable {
  /// The number of the user that owns it.
  public let user: UInt32
  /// The number of its group.
  public let group: UInt32
  /// Permission bits, with those for set-uid, set-gid and sticky: `0o7777` at most.
  public let mode: UInt32

  /// An owner and the permissions of a file; of `mode` the type of file is left away.
  public init(user: UInt32, group: UInt32, mode: UInt32) {
    self.user = user
    self.group = group
    self.mode = mode & 0o7777
  }

  /// The permissions as `chmod` and `stat` write them: four octal digits.
  public var modeText: String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
