internal import CLinux

/// What this room asked of the system: counted by each thread for itself, so that counting costs
/// nothing and nobody waits for it.
public struct SyscallCounters: Sendable, Hashable {
  /// Calls for directories and files.
  public var calls: UInt64
  /// Bytes read from files.
  public var bytesRead: UInt64

  /// Nothing yet.
  public init() { (calls, bytesRead) = (0, 0) }

  /// What the calling thread used since it last asked, or since it began.
  public static func take() -> SyscallCounters {
    var use = SyscallCounters()
    unsafe bs_take_use(&use.calls, &use.bytesRead)
    return use
  }

  /// Adds what another thread used.
  public mutating func add(_ other: SyscallCounters) {
    calls += other.calls
    bytesRead += other.bytesRead
  }
}
