internal import CLinux
internal import Model

/// Remembers the first SIGINT or SIGTERM, so that work can end between two steps.
///
/// The second signal ends the process at once with 128 + its number. A signal that was ignored
/// before (a background job's SIGINT, nohup) stays ignored. One value per process.
public final class StopSignal: Sendable {
  /// Listens from now on.
  /// - Throws: `listen` when the system refuses.
  public init() throws(HostFault) { try bs_stop_listen().check("listen", "") }

  deinit { bs_stop_unlisten() }

  /// The number of the signal that asked to stop: 2 (SIGINT) or 15 (SIGTERM); nil while none did.
  public var requested: Int32? {
    let signal = bs_stop_requested()
    return signal == 0 ? nil : signal
  }
}
