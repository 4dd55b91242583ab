/// Runs blocking calls on its own threads, never on the cooperative pool.
public struct WorkCrew: Sendable {
  /// How many calls may wait on the disk at once, at least 1; not tied to the number of cores.
  public let size: Int

  /// How many threads begin; `nil`: one for each processor and one more.
  public let beginning: Int?

  /// A crew of `size` threads at most, which exist only while it works.
  public init(size: Int, beginning: Int? = nil) {
    self.size = max(1, size)
    self.beginning = beginning
  }

  /// Works until nothing is left: on `initial`, and on what the worker adds, last added first.
  ///
  /// Few threads begin, and more join while those leave processors idle though work is waiting.
  ///
  /// `stop` is asked before each item; once it says true no item is begun, and those that are
  /// being worked on are finished.
  /// - Returns: false when it was stopped with work left.
  @discardableResult
  public func drain<Work: Sendable>(
    _ initial: [Work], stop: @escaping @Sendable () -> Bool = { false },
    worker: @escaping @Sendable (Work, _ add: (Work) -> Void) -> Void
  ) -> Bool {
    drain(
      initial, stop: stop, begin: {},
      worker: { _, work, others in worker(work) { others.add($0) } }, end: { _ in })
  }

  /// As `drain(_:stop:worker:)`, with a value of its own for each thread: made by `begin`, handed to
  /// the worker with each item, and given to `end` when the thread has no more work. No thread joins
  /// while `hasRoom` says that there is none for more outcomes.
  @discardableResult
  public func drain<Work: Sendable, Local>(
    _ initial: [Work], stop: @escaping @Sendable () -> Bool = { false },
    hasRoom: @escaping () -> Bool = { true }, begin: @escaping @Sendable () -> Local,
    worker: @escaping @Sendable (inout Local, Work, OtherWorkers<Work>) -> Void,
    end: @escaping @Sendable (Local) -> Void
  ) -> Bool {
    let stack = WorkStack(initial)
    let hasWorkForMore = { stack.hasWorkForMore() && hasRoom() }
    Threads.run(growingFrom: beginning, to: size, whenever: hasWorkForMore) {
      var local = begin()
      while let work = stack.next(unless: stop) {
        worker(&local, work, OtherWorkers(stack: stack))
        stack.finish()
      }
      end(local)
    }
    return stack.isDone
  }
}

/// The other threads of a crew, as one of them sees them.
public struct OtherWorkers<Work: Sendable>: Sendable {
  let stack: WorkStack<Work>

  /// Leaves work to whoever takes it.
  public func add(_ work: Work) { stack.add(work) }

  /// Whether one of them has nothing to do: who has much left should add a part of it. Who asks can give:
  /// more threads join for that where processors are idle.
  public var areIdle: Bool { stack.isWanted }
}
