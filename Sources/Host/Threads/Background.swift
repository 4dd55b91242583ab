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
