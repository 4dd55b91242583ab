/// Work that several threads take from and add to; it ends when it is empty and nobody is working.
final class WorkStack<Work: Sendable>: Sendable {
  private struct State: Sendable {
    var waiting: [Work]
    var working = 0
    var isStopped = false
  }

  private let state: Monitor<State>

  init(_ initial: [Work]) { state = Monitor(State(waiting: initial)) }

  /// The item that was added last; nil at the end. Waits while others may still add some.
  func next(unless stop: () -> Bool) -> Work? {
    // Asked outside the lock: it is the caller's code.
    if stop() { end() }
    return state.wait { state in
      if state.isStopped { return .done(nil, wakes: .nobody) }
      if let work = state.waiting.popLast() {
        state.working += 1
        return .done(work, wakes: .nobody)
      }
      return state.working == 0 ? .done(nil, wakes: .nobody) : .again
    }
  }

  func add(_ work: Work) {
    state.change { state in
      state.waiting.append(work)
      return .one
    }
  }

  /// Says that an item taken with `next` is done.
  func finish() {
    state.change { state in
      state.working -= 1
      return state.working == 0 && state.waiting.isEmpty ? .everybody : .nobody
    }
  }

  /// Whether there is work that nobody has taken.
  var hasWaiting: Bool { state.wait { .done(!$0.waiting.isEmpty, wakes: .nobody) } }

  /// Whether all work was done.
  var isDone: Bool { state.wait { .done($0.waiting.isEmpty, wakes: .nobody) } }

  private func end() {
    state.change { state in
      state.isStopped = true
      return .everybody
    }
  }
}
