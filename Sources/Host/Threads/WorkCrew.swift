internal import Synchronization

/// Runs blocking calls on its own threads, never on the cooperative pool.
public struct WorkCrew: Sendable {
  /// How many calls may wait on the disk at once, at least 1; not tied to the number of cores.
  public let size: Int

  /// A crew of `size` threads, which exist only while it works; the calling thread is one of them.
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
    return done.value.withLock { all in all.sorted { $0.index < $1.index }.map(\.outcome) }
  }

  /// Works until nothing is left: on `initial`, and on what the worker adds, last added first.
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
  /// the worker with each item, and given to `end` when the thread has no more work.
  @discardableResult
  public func drain<Work: Sendable, Local>(
    _ initial: [Work], stop: @escaping @Sendable () -> Bool = { false },
    begin: @escaping @Sendable () -> Local,
    worker: @escaping @Sendable (inout Local, Work, _ add: (Work) -> Void) -> Void,
    end: @escaping @Sendable (Local) -> Void
  ) -> Bool {
    let stack = WorkStack(initial)
    Threads.run(size) {
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
