import Foundation
import Testing

/// A short piece of each trial of `Scripts/torture`.
@Suite struct TortureTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts/torture").path
  private static let hasPython: ConditionTrait = .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
    "python3 is not installed")

  @Test(
    hasPython,
    arguments: [
      ("kill", 8), ("full", 1), ("damage", 20), ("hostile", 20), ("swap", 4), ("crowd", 5),
      ("hung", 1), ("calls", 10), ("storm", 2), ("stopped", 3), ("kill-nights", 2), ("clock", 2),
      ("vanish", 4), ("rewrite", 2), ("medium", 3), ("fuse", 4),
    ])
  func `a bad night breaks no promise`(trial: (name: String, count: Int)) throws {
    let run = try Program.shell(
      "'\(Self.script)' --program \"$BACKSTORY\" --seed 1 --count \(trial.count) \(trial.name)",
      in: Folder())
    #expect(run.code == 0, "\(run.output)\(run.complaint)")
    #expect(run.output.hasSuffix("every promise was kept\n"))
  }
}
