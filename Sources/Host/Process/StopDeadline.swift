internal import CLinux
internal import Glibc
internal import Synchronization

/// Ends the process when it was asked to stop and did not: a thread may wait for a file system that
/// does not answer, and such a wait ends only with the process.
///
/// From the first SIGINT or SIGTERM on there is most of a second for an orderly end. What is killed in the
/// middle of a transaction is undone by the next who opens the database.
public final class StopDeadline: Sendable {
  private final class State: Sendable {
    let isLifted = Atomic(false)
  }

  /// Nanoseconds from the signal to the end.
  private static let patience: Int64 = 700_000_000
  private let state = State()

  /// Watches from now on.
  /// - Throws: `HostFault` when the system gives no thread.
  public init() throws(HostFault) {
    let state = state
    let thread = try Threads.start { Self.watch(state) }
    pthread_detach(thread)
  }

  /// Watches no longer: what is done now may take its time.
  public func lift() { state.isLifted.store(true, ordering: .releasing) }

  deinit { lift() }

  private static func watch(_ state: State) {
    // The kernel may have given the signal to the very thread that waits; then it stays pending.
    bs_stop_leave_to_others()
    var noticed: Int64?
    while !state.isLifted.load(ordering: .acquiring) {
      let requested = bs_stop_requested()
      let signal = requested == 0 ? bs_stop_pending() : requested
      if signal != 0 {
        let since = noticed ?? Clock.monotonic()
        noticed = since
        if Clock.monotonic() - since > patience { end(signal) }
      }
      Clock.sleep(milliseconds: 50)
    }
  }

  private static func end(_ signal: Int32) -> Never {
    let text =
      "backstory: interrupted while a file system did not respond; unfinished work is rolled back\n"
    _ = Terminal.errors.write(Array(text.utf8))
    _exit(128 + signal)
  }
}
