import Foundation
import Testing

/// A short piece of `Tests/Nights/places.py`: random nights against a model that knows the file system alone.
@Suite struct RandomPlacesTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Nights/places.py").path
  private static let hasPython: ConditionTrait = .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
    "python3 is not installed")

  @Test(hasPython, arguments: [1, 2])
  func `random nights agree with the files that are there`(seed: Int) throws {
    let run = try Program.shell(
      "python3 '\(Self.script)' \"$BACKSTORY\" \(seed) 12", in: Folder())
    #expect(run.code == 0, "\(run.output)\(run.complaint)")
  }
}
