import Host
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct BoundedQueueTests {
  @Test func `first in, first out, also around the end of the ring`() {
    let queue = BoundedQueue<Int>(capacity: 3)
    for number in [1, 2] { queue.put(number) }
    #expect(queue.take() == 1)
    for number in [3, 4] { queue.put(number) }
    #expect(!queue.isClosed)
    queue.close()
    #expect(queue.isClosed)
    #expect([queue.take(), queue.take(), queue.take(), queue.take()] == [2, 3, 4, nil])
  }

  @Test func `a full queue makes the fast side wait`() {
    let queue = BoundedQueue<Int>(capacity: 4)
    let ahead = Atomic(0)
    let most = Atomic(0)
    _ = onThreads(2) { role in
      if role == 0 {
        for number in 0..<10000 {
          ahead.add(1, ordering: .sequentiallyConsistent)
          queue.put(number)
        }
        queue.close()
      } else {
        while queue.take() != nil {
          let now = ahead.subtract(1, ordering: .sequentiallyConsistent).oldValue
          most.max(now, ordering: .sequentiallyConsistent)
        }
      }
    }
    // Four in the queue, one waiting to be put, one just taken.
    #expect((1...6).contains(most.load(ordering: .sequentiallyConsistent)))
  }

  @Test(arguments: [1, 3, 64])
  func `many writers and many readers lose nothing and see nothing twice`(capacity: Int) {
    let queue = BoundedQueue<Int>(capacity: capacity)
    let writersLeft = Atomic(4)
    let taken = onThreads(8) { role -> [Int] in
      guard role >= 4 else {
        for number in 0..<2000 { queue.put(role * 2000 + number) }
        if writersLeft.subtract(1, ordering: .relaxed).newValue == 0 { queue.close() }
        return []
      }
      var mine: [Int] = []
      while let number = queue.take() { mine.append(number) }
      return mine
    }
    #expect(taken.flatMap { $0 }.sorted() == Array(0..<8000))
  }

  @Test func `closing frees a writer that waits, and says that nothing was added`() {
    let queue = BoundedQueue<Int>(capacity: 1)
    queue.put(1)
    let added = onThreads(2) { role -> Bool in
      if role == 0 { return queue.put(2) }
      queue.close()
      return true
    }
    #expect(added == [false, true])
    #expect(queue.take() == 1)
    #expect(queue.take() == nil)
  }
}
