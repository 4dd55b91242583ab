internal import Synchronization

/// Runs blocking calls on its own threads, never on the cooperative pool.
public struct WorkCrew: Sendable {
  /// How many calls may wait on the disk at once, at least 1; not tied to the number of cores.
  public let size: Int

  /// A crew of `size` threads at most, which exist only while it works.
  public init(size: Int) { self.size = max(1, size) }

  /// Results in the order of `items`, whichever thread finished first.
  public func map<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) -> Outcome
  ) -> [Outcome] {
    let next = Shared(0)
    let done = Shared<[(index: Int, outcome: Outcome)]>([])
    Threads.run(min(size, items.count)) {
      var mine: [(index: Int, outcome: Outcome)] = []
      while let index = next.change({ $0 < items.count ? $0 : nil }, then: { $0 += 1 }) {
        mine.append((index, work(items[index])))
      }
      done.value.withLock { $0.append(contentsOf: mine) }
    }
    return done.value.withLock { all in
      var ordered: [Outcome?] = Array(repeating: nil, count: items.count)
      for (index, outcome) in all { ordered[index] = outcome }
      return ordered.compactMap { $0 }
    }
  }

  /// Works until nothing is left: on `initial`, and on what the worker adds, last added first.
  ///
  /// A few threads begin, and more join while those leave processors idle though work is waiting.
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
      initial, stop: stop, begin: {}, worker: { _, work, add in worker(work, add) }, end: { _ in })
  }

  /// As `drain(_:stop:worker:)`, with a value of its own for each thread: made by `begin`, handed to
  /// the worker with each item, and given to `end` when the thread has no more work. No thread joins
  /// while `hasRoom` says that there is none for more outcomes.
  @discardableResult
  public func drain<Work: Sendable, Local>(
    _ initial: [Work], stop: @escaping @Sendable () -> Bool = { false },
    hasRoom: @escaping () -> Bool = { true }, begin: @escaping @Sendable () -> Local,
    worker: @escaping @Sendable (inout Local, Work, _ add: (Work) -> Void) -> Void,
    end: @escaping @Sendable (Local) -> Void
  ) -> Bool {
    let stack = WorkStack(initial)
    Threads.run(growingTo: size, whenever: { hasRoom() && stack.hasWaiting }) {
      var local = begin()
      while let work = stack.next(unless: stop) {
        worker(&local, work) { stack.add($0) }
        stack.finish()
      }
      end(local)
    }
    return stack.isDone
  }
}

/// A value behind a lock, which closures of several threads may capture.
private final class Shared<Value>: Sendable {
  let value: Mutex<Value>
  init(_ initial: sending Value) { value = Mutex(initial) }
}

extension Shared where Value == Int {
  /// What `body` makes of the number; when that is something, `then` changes it.
  func change(_ body: (Int) -> Int?, then: (inout Int) -> Void) -> Int? {
    value.withLock {
      guard let outcome = body($0) else { return nil }
      then(&$0)
      return outcome
    }
  }
}
