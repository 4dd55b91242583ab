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

/// Something that is worked out on a thread of its own, until somebody asks for it.
public final class Background<Outcome: Sendable>: Sendable {
  private let state = Monitor<Outcome?>(nil)

  /// Begins; `body` ends by itself.
  /// - Throws: `HostFault` when the system gives no thread, and then nothing runs.
  public init(_ body: @escaping @Sendable () -> Outcome) throws(HostFault) {
    let thread = try Threads.start { [state] in
      let outcome = body()
      state.change { kept in
        kept = outcome
        return .everybody
      }
    }
    Threads.leave(thread)
  }

  /// What came of it, after waiting for it.
  public var outcome: Outcome {
    state.wait { kept in kept.map { .done($0, wakes: .nobody) } ?? .again }
  }
}
