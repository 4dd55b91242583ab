/// Why a lock file could not be taken.
public enum LockFault: Error, Hashable, Sendable {
  /// Another process has it, and wrote this about itself.
  case held(by: LockFile.Holder)
  /// The wait for it was stopped.
  case stopped
  /// The system refused.
  case failed(HostFault)
}
