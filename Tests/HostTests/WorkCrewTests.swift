@testable import Host
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkCrewTests {
  @Test(arguments: [1, 2, 16])
  func `a drain ends when what was added is done too`(size: Int) {
    let visited = Mutex<[Int]>([])
    // Each number adds its two children in a tree of numbers below 1,000.
    let isDone = WorkCrew(size: size).drain([1]) { number, add in
      visited.withLock { $0.append(number) }
      for child in [2 * number, 2 * number + 1] where child < 1000 { add(child) }
    }
    #expect(isDone)
    #expect(visited.withLock { $0.sorted() } == Array(1..<1000))
  }

  @Test func `one thread takes what was added last`() {
    let visited = Mutex<[String]>([])
    WorkCrew(size: 1).drain(["z", "a"]) { name, add in
      visited.withLock { $0.append(name) }
      if name == "a" { ["b", "c"].forEach(add) }
    }
    #expect(visited.withLock { $0 } == ["a", "c", "b", "z"])
  }

  @Test(arguments: [nil, 1])
  func `threads that wait are joined by others until all may wait at once`(beginning: Int?) {
    let waiting = Monitor(0)
    // Each waits until all eight are there.
    WorkCrew(size: 8, beginning: beginning).drain(Array(0..<8)) { _, _ in
      waiting.change { count in
        count += 1
        return .everybody
      }
      let areAllThere = waiting.wait(nanoseconds: 30_000_000_000) { $0 == 8 }
      #expect(areAllThere)
    }
  }

  @Test(arguments: [nil, 1])
  func `who has much to do gives of it to a thread that has nothing`(beginning: Int?) {
    let taken = Monitor([String]())
    WorkCrew(size: 2, beginning: beginning).drain(
      ["whole"], begin: {},
      worker: { _, work, others in
        taken.change { names in
          names.append(work)
          return .everybody
        }
        guard work == "whole" else { return }
        let end = Clock.monotonic() + 30_000_000_000
        // Asking is what makes another join, where one alone began.
        while !others.areIdle, Clock.monotonic() < end { Clock.sleep(milliseconds: 1) }
        #expect(others.areIdle)
        others.add("half")
        let isTaken = taken.wait(nanoseconds: 30_000_000_000) { $0.contains("half") }
        #expect(isTaken)
      }, end: { _ in })
    #expect(taken.wait(nanoseconds: 0) { $0 == ["whole", "half"] })
  }

  @Test func `nothing to do is done at once`() {
    #expect(WorkCrew(size: 4).drain([Int]()) { _, _ in })
  }

  @Test func `a stopped drain begins nothing more, and says so`() {
    let begun = Atomic(0)
    let isDone = WorkCrew(size: 4).drain(
      Array(0..<1000), stop: { begun.load(ordering: .relaxed) >= 10 }
    ) { _, _ in begun.add(1, ordering: .relaxed) }
    #expect(!isDone)
    #expect((10...14).contains(begun.load(ordering: .relaxed)))
  }

  @Test func `each thread has a value of its own, and all are handed over`() {
    let totals = Mutex<[Int]>([])
    WorkCrew(size: 3).drain(
      Array(1...100), begin: { 0 }, worker: { sum, number, _ in sum += number },
      end: { sum in totals.withLock { $0.append(sum) } })
    #expect((1...3).contains(totals.withLock { $0.count }))
    #expect(totals.withLock { $0.reduce(0, +) } == 5050)
  }
}
