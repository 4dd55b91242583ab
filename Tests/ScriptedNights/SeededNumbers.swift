import Foundation

/// SplitMix64: the same numbers from the same seed, so that a failure can be run again.
package struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Seeds of random nights: a few in each run of the tests, more by `BACKSTORY_SEEDS` for a long look.
package enum Seeds {
  package static func first(_ few: UInt64) -> ClosedRange<UInt64> {
    let more = ProcessInfo.processInfo.environment["BACKSTORY_SEEDS"].flatMap { UInt64($0) } ?? few
    return 1...max(few, more)
  }
}
