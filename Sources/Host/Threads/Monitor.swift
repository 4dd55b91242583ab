internal import CLinux
internal import Synchronization

/// A value that threads share, and on whose changes they can wait without using the processor.
final class Monitor<State: Sendable>: Sendable {
  private let state: Mutex<State>
  /// The C mutex and condition, by number: a pointer could not be shared between threads.
  private let number: UInt

  init(_ initial: State) {
    number = bs_monitor_make()
    precondition(number != 0, "no memory is left for a lock")
    state = Mutex(initial)
  }

  deinit { bs_monitor_discard(number) }

  /// Changes the value; `body` says who shall look again.
  func change(_ body: (inout State) -> Wake) {
    wait { .done((), wakes: body(&$0)) }
  }

  /// Calls `body` until it is done: at once, and after each change that wakes.
  func wait<Outcome: Sendable>(for body: (inout State) -> Turn<Outcome>) -> Outcome {
    bs_monitor_enter(number)
    defer { bs_monitor_leave(number) }
    while true {
      switch state.withLock({ body(&$0) }) {
      case .again: bs_monitor_wait(number)
      case .done(let outcome, let wakes):
        switch wakes {
        case .nobody: break
        case .one: bs_monitor_wake_one(number)
        case .everybody: bs_monitor_wake_all(number)
        }
        return outcome
      }
    }
  }

  /// Whether `body` says yes: at once, or after a change that wakes within so many nanoseconds.
  func wait(nanoseconds: Int64, for body: (borrowing State) -> Bool) -> Bool {
    bs_monitor_enter(number)
    defer { bs_monitor_leave(number) }
    let end = Clock.monotonic() + nanoseconds
    while true {
      if state.withLock({ body($0) }) { return true }
      let left = end - Clock.monotonic()
      guard left > 0 else { return false }
      _ = bs_monitor_wait_for(number, left)
    }
  }
}

/// What one look at a monitor's value came to.
enum Turn<Outcome: Sendable>: Sendable {
  /// Nothing yet: look again after a change.
  case again
  /// The outcome, and who shall look again because of it.
  case done(Outcome, wakes: Wake)
}

/// Who of those that wait for a monitor looks again after a change.
enum Wake: Sendable {
  case nobody
  /// One of them, whichever: they all wait for the same thing, and there is one more of it.
  case one
  case everybody
}
