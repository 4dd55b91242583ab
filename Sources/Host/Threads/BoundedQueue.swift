/// Hands elements from several threads to others, first in, first out; who is too fast waits.
public final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State: Sendable {
    /// A ring: `count` elements from `head` on.
    var ring: [Element?]
    var head = 0
    var count = 0
    var isClosed = false
  }

  private let state: Monitor<State>

  /// A queue that holds at most `capacity` elements, at least 1.
  public init(capacity: Int) {
    state = Monitor(State(ring: Array(repeating: nil, count: max(1, capacity))))
  }

  /// Adds an element, after waiting for room.
  /// - Returns: false when the queue is closed; the element is dropped then.
  @discardableResult
  public func put(_ element: Element) -> Bool {
    state.wait { state in
      if state.isClosed { return .done(false, wakes: .nobody) }
      guard state.count < state.ring.count else { return .again }
      state.ring[(state.head + state.count) % state.ring.count] = element
      state.count += 1
      return .done(true, wakes: state.count == 1 ? .everybody : .nobody)
    }
  }

  /// The oldest element, after waiting for one; nil when the queue is closed and empty.
  public func take() -> Element? {
    state.wait { state in
      guard let element = state.ring[state.head] else {
        return state.isClosed ? .done(nil, wakes: .nobody) : .again
      }
      state.ring[state.head] = nil
      state.head = (state.head + 1) % state.ring.count
      state.count -= 1
      // There is room for one: who else waits for it would wake in vain.
      return .done(element, wakes: .one)
    }
  }

  /// Whether the queue is not even half full: who takes from it is faster than who puts into it.
  public var isRoomy: Bool { state.wait { .done($0.count * 2 < $0.ring.count, wakes: .nobody) } }

  /// Whether nothing more goes in.
  public var isClosed: Bool { state.wait { .done($0.isClosed, wakes: .nobody) } }

  /// Ends the queue: nothing more goes in, what is in it can still be taken, nobody waits any longer.
  public func close() {
    state.change { state in
      state.isClosed = true
      return .everybody
    }
  }
}
