import Foundation
import Testing

/// A short piece of `Scripts/compare-with-qemu-img`.
@Suite(RealPool.needsQemuImg) struct MutationTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts/compare-with-qemu-img").path

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
      "python3 is not installed"))
  func `of mutated headers inspect says what qemu-img says`() throws {
    let names =
      "qcow2-overlay qcow2-tables qcow-overlay qed-overlay vdi parallels vpc vhdx vmdk-child "
      + "vmdk-footer vmdk-twoGbMaxExtentFlat bochs cloop dmg"
    let run = try Program.shell(
      "'\(Self.script)' --backstory \"$BACKSTORY\" --seed 1 --count 20 --keep kept \(names)",
      in: Folder())
    #expect(run.code == 0, "\(run.output)\(run.complaint)")
    #expect(run.output.contains("seed 1: 280 images; "))
  }
}
