@testable import Host
import Synchronization

/// What `body` gives on so many threads at once, each with a number from 0 on, in the order of the numbers.
func onThreads<Outcome: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) -> Outcome
) -> [Outcome] {
  let state = Mutex<(next: Int, outcomes: [(number: Int, outcome: Outcome)])>((0, []))
  Threads.run(count) {
    let number = state.withLock { state in
      state.next += 1
      return state.next - 1
    }
    let outcome = body(number)
    state.withLock { $0.outcomes.append((number, outcome)) }
  }
  return state.withLock { $0.outcomes }.sorted { $0.number < $1.number }.map(\.outcome)
}
