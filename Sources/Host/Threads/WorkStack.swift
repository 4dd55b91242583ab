internal import Synchronization

/// Work that several threads take from and add to; it ends when it is empty and nobody is working.
final class WorkStack<Work: Sendable>: Sendable {
  private struct State: Sendable {
    var waiting: [Work]
    var working = 0
    /// Threads that wait for work.
    var idle = 0
    var isStopped = false

    /// The item that was added last; nil at the end.
    mutating func take() -> Turn<Work?> {
      if isStopped { return .done(nil, wakes: .nobody) }
      if let work = waiting.popLast() {
        working += 1
        return .done(work, wakes: .nobody)
      }
      return working == 0 ? .done(nil, wakes: .nobody) : .again
    }
  }

  private let state: Monitor<State>
  /// Whether more threads wait than there are items, beside the lock: asked for every file.
  private let hasIdle = Atomic(false)
  private let wasAsked = Atomic(false)

  init(_ initial: [Work]) { state = Monitor(State(waiting: initial)) }

  /// The item that was added last; nil at the end. Waits while others may still add some.
  func next(unless stop: () -> Bool) -> Work? {
    // Asked outside the lock: it is the caller's code.
    if stop() { end() }
    var isIdle = false
    return state.wait { state in
      let turn = state.take()
      let waits = if case .again = turn { true } else { false }
      if waits != isIdle { state.idle += waits ? 1 : -1 }
      isIdle = waits
      note(state)
      return turn
    }
  }

  func add(_ work: Work) {
    state.change { state in
      state.waiting.append(work)
      note(state)
      return .one
    }
  }

  /// Whether a thread waits for which there is no item: who has much to do should add some of it.
  var isWanted: Bool {
    if !wasAsked.load(ordering: .relaxed) { wasAsked.store(true, ordering: .relaxed) }
    return hasIdle.load(ordering: .relaxed)
  }

  private func note(_ state: State) {
    hasIdle.store(state.idle > state.waiting.count, ordering: .relaxed)
  }

  /// Says that an item taken with `next` is done.
  func finish() {
    state.change { state in
      state.working -= 1
      return state.working == 0 && state.waiting.isEmpty ? .everybody : .nobody
    }
  }

  /// Whether one more thread would find work: some that nobody has taken, or what one would give away that
  /// has asked since the last time.
  func hasWorkForMore() -> Bool {
    let couldGive = wasAsked.exchange(false, ordering: .relaxed)
    return couldGive || state.wait { .done(!$0.waiting.isEmpty, wakes: .nobody) }
  }

  /// Whether all work was done.
  var isDone: Bool { state.wait { .done($0.waiting.isEmpty, wakes: .nobody) } }

  private func end() {
    state.change { state in
      state.isStopped = true
      return .everybody
    }
  }
}
