import DiskImage
import Foundation
import Testing

/// The fuzzer's seeds, as they are and with small changes: whatever comes of them, reading ends, and
/// keeps what it promises (`FuzzInput`). `Scripts/fuzz` goes on from here.
@Suite struct SeedTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Fuzz/Seeds").standardized

  private static func seed(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test func `there is a seed of every format, and they are small`() throws {
    let kinds = Set(Self.names.compactMap { $0.split(separator: "-").first.map(String.init) })
    #expect(kinds.isSuperset(of: ImageFormat.allCases.map(\.rawValue)))
    #expect(kinds.contains("reference"))
    #expect(try Self.names.map { try Self.seed($0).count }.reduce(0, +) < 200_000)
  }

  @Test(arguments: names)
  func `a seed keeps the promises, whole and cut short at any length`(name: String) throws {
    let seed = try Self.seed(name)
    for length in 0...seed.count where length % 41 == 0 || length == seed.count {
      let broken = FuzzInput(Array(seed.prefix(length))).brokenPromise()
      #expect(broken == nil, "\(length) bytes")
    }
  }

  @Test(arguments: names)
  func `a seed with random changes keeps the promises`(name: String) throws {
    let seed = try Self.seed(name)
    let start = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: start)
    for round in 0..<60 {
      var input = seed
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 1..<input.count, using: &random)
        let length = min(Int.random(in: 1...8, using: &random), input.count - place)
        let values: [UInt8] = [
          0, 1, 2, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random),
        ]
        let value = values[Int.random(in: 0..<values.count, using: &random)]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: input.removeSubrange(place..<(place + length - 1))
        case 1: input.insert(contentsOf: [UInt8](repeating: value, count: length), at: place)
        case _: for index in place..<(place + length) { input[index] = value }
        }
      }
      let broken = FuzzInput(input).brokenPromise()
      #expect(broken == nil, "random numbers from \(start), round \(round)")
    }
  }

  /// SplitMix64, so that a row of random numbers can be had again.
  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var value = state
      value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
      return value ^ value >> 31
    }
  }
}
