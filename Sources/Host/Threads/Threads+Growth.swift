internal import CLinux
internal import Glibc

extension Threads {
  /// Nanoseconds between two looks at what the threads do.
  private static let interval: Int64 = 10_000_000

  /// Runs `body` on `first` threads (one for each processor and one more, where nobody says), and on four
  /// times as many again and again, up to `most`, as long as there is room for more and processors are idle:
  /// then the threads wait for a disk. Returns when all of them have ended.
  ///
  /// Threads that compute get into each other's way when there are more of them than processors: whoever
  /// holds a lock waits for a processor, and the others wait for the lock.
  static func run(
    growingFrom first: Int?, to most: Int, whenever hasRoom: () -> Bool,
    _ body: @escaping @Sendable () -> Void
  ) {
    let processors = Int(bs_processors())
    let first = first ?? processors + 1
    guard most > first else { return run(most, body) }
    bs_share_heaps()
    var crew = GrowingCrew(body)
    defer { crew.join() }
    guard crew.add(first) else { return body() }
    var load = ProcessorLoad(processors: processors)
    var hadRoom = false
    while !crew.hasEnded(within: interval) {
      // Where there was nothing to do for a while, idle processors mean nothing.
      let (hasHadRoom, isIdle) = (hadRoom, load.leftProcessorsIdle())
      hadRoom = hasRoom()
      guard hasHadRoom, hadRoom, isIdle, crew.count < most else { continue }
      crew.add(min(3 * crew.count, most - crew.count))
    }
  }
}

/// Threads that all do the same, of which there may be more and more.
private struct GrowingCrew: ~Copyable {
  private let body: @Sendable () -> Void
  private let running = Monitor(0)
  private var threads: [pthread_t] = []

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  /// Threads that were started.
  var count: Int { threads.count }

  /// Starts more threads, fewer where the system refuses them.
  /// - Returns: whether there are any now.
  @discardableResult
  mutating func add(_ more: Int) -> Bool {
    for _ in 0..<more {
      running.change { count in
        count += 1
        return .nobody
      }
      let thread = try? Threads.start { [body, running] in
        body()
        Self.leave(running)
      }
      guard let thread else {
        Self.leave(running)
        break
      }
      threads.append(thread)
    }
    return !threads.isEmpty
  }

  private static func leave(_ running: Monitor<Int>) {
    running.change { count in
      count -= 1
      return .everybody
    }
  }

  /// Whether all threads end within so many nanoseconds.
  func hasEnded(within nanoseconds: Int64) -> Bool {
    running.wait(nanoseconds: nanoseconds) { $0 == 0 }
  }

  func join() {
    for thread in threads { Threads.join(thread) }
  }
}

/// How busy this process keeps the processors, from one look to the next.
private struct ProcessorLoad {
  /// Of the time of all processors: below it there is room for more threads. The time of a thread that runs
  /// is known up to a tick of 4 ms ago, which takes away from what was used.
  private static let busyShare = 0.6

  private let processors: Int
  private var time = Clock.monotonic()
  private var used = Clock.processor()

  init(processors: Int) { self.processors = processors }

  /// Whether a good part of the processors' time since the last look was not used by this process.
  mutating func leftProcessorsIdle() -> Bool {
    let (now, usedNow) = (Clock.monotonic(), Clock.processor())
    defer { (time, used) = (now, usedNow) }
    return Double(usedNow - used) < Double(now - time) * Double(processors) * Self.busyShare
  }
}
