import Foundation
import Testing

/// The fuzzer's seeds of configurations, as they are and with small changes: whatever comes of them,
/// reading ends, and keeps what it promises (`ConfigurationInput`). `Scripts/fuzz` goes on from here.
@Suite struct ConfigurationSeedTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Fuzz/ConfigurationSeeds").standardized

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  private static func seed(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  @Test func `there are seeds`() { #expect(Self.names.count >= 4) }

  @Test(arguments: names)
  func `a seed keeps the promises, whole and cut short`(name: String) throws {
    let seed = try Self.seed(name)
    for length in 0...seed.count where length % 13 == 0 || length == seed.count {
      #expect(
        ConfigurationInput(Array(seed.prefix(length))).brokenPromise() == nil, "\(length) bytes")
    }
  }

  @Test(arguments: names)
  func `a seed with a byte changed keeps the promises`(name: String) throws {
    let seed = try Self.seed(name)
    for place in stride(from: 0, to: seed.count, by: 17) {
      for byte in Array("[{.\"'=\n#\\".utf8) {
        var input = seed
        input[place] = byte
        #expect(ConfigurationInput(input).brokenPromise() == nil, "\(byte) at \(place)")
      }
    }
  }
}
