internal import Synchronization

/// Runs `background` on a thread of its own while `body` runs here, and returns when both have ended.
///
/// `background` must end once `body` has: nothing stops it.
/// - Throws: what `body` throws; `HostFault` when the system gives no thread, and then nothing ran.
public func withBackground<Value>(
  _ background: @escaping @Sendable () -> Void, whileRunning body: () throws -> Value
) throws -> Value {
  let thread = try Threads.start(background)
  defer { Threads.join(thread) }
  return try body()
}

/// Works something out on a thread of its own while `body` runs here, and returns both outcomes.
/// - Throws: as `withBackground(_:whileRunning:)`.
public func concurrently<Outcome: Sendable, Value>(
  _ background: @escaping @Sendable () -> Outcome, whileRunning body: () throws -> Value
) throws -> (Outcome?, Value) {
  let kept = Kept<Outcome>()
  let value = try withBackground({ kept.keep(background()) }, whileRunning: body)
  return (kept.outcome, value)
}

/// What another thread worked out.
private final class Kept<Outcome: Sendable>: Sendable {
  private let state = Mutex<Outcome?>(nil)

  var outcome: Outcome? { state.withLock { $0 } }

  func keep(_ outcome: Outcome) { state.withLock { $0 = outcome } }
}
