import Foundation
import Testing

/// A short piece of `Scripts/nights`: random nights on real files, against a model that knows the file system alone.
@Suite struct RealNightsTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts/nights").path
  private static let hasPython: ConditionTrait = .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
    "python3 is not installed")

  @Test(hasPython, RealPool.needsQemuImg, arguments: [2])
  func `random nights agree with the files that are there`(seed: Int) throws {
    let run = try Program.shell(
      "python3 '\(Self.script)' \"$BACKSTORY\" --seeds \(seed) --nights 3", in: Folder())
    #expect(run.code == 0, "\(run.output)\(run.complaint)")
  }
}
