import Foundation
import Testing

/// The session in the README, command by command, on a terminal of 80 columns.
///
/// With RECORD_GOLDEN set what the program says now is written into the README, and the test still fails.
@Suite(
  .enabled(
    if: Tool.isThere("script") && Tool.isThere("qemu-img"), "script or qemu-img is not installed"))
struct ReadmeTests {
  /// What the README calls the pool.
  private static let shownPool = "/var/lib/libvirt/images"
  private static let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../README.md").standardized

  /// A pool whose path is as long as the one in the README, so that lines break where they do there.
  private final class Pool {
    let path: String

    init() throws {
      let random = UUID().uuidString.filter(\.isHexDigit).lowercased()
      path = String("/tmp/images-\(random)".prefix(ReadmeTests.shownPool.count))
      try FileManager.default.createDirectory(
        atPath: path + "/golden", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test func `the README shows what the program says`() throws {
    let pool = try Pool()
    let folder = try Folder()
    let images = """
      cd \(pool.path) && qemu-img create -q -f qcow2 debian-12.qcow2 10G
      for name in mail web; do
        qemu-img create -q -f qcow2 -b debian-12.qcow2 -F qcow2 $name.qcow2 || exit 1
      done
      qemu-img create -q -f qcow2 -b web.qcow2 -F qcow2 web-snapshot.qcow2
      """
    #expect(try Program.shell(images, in: folder).code == 0)
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let blocks = try #require(
      text.components(separatedBy: "\n## A first session\n").last?
        .components(separatedBy: "\n## ").first
    ).components(separatedBy: "```console\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(blocks.count >= 2)
    var recorded = text
    for block in blocks {
      let said = try block.split(separator: "\n").filter { $0.hasPrefix("$ ") }
        .map { try say(String($0.dropFirst(2)), pool, folder) }.joined(separator: "\n")
      #expect(masked(said) == masked(block))
      recorded = recorded.replacing(block, with: said)
    }
    guard ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil else { return }
    try recorded.write(to: Self.readme, atomically: true, encoding: .utf8)
    Issue.record("recorded README.md")
  }

  /// The line of a command and what it says.
  private func say(_ command: String, _ pool: Pool, _ folder: Folder) throws -> String {
    let own = command.replacing(Self.shownPool, with: pool.path)
    let line = """
      cd \(pool.path) && export NO_COLOR=1 BACKSTORY_DB=\(folder.url.path)/inventory.sqlite \
      && backstory() { "$BACKSTORY" "$@" 2>/dev/null; } && stty cols 80 && \(own)
      """
    try folder.write(Array(line.utf8), "session.sh")
    let run = try Program.shell("script -qc 'sh session.sh' /dev/null", in: folder)
    let said = run.output.replacing("\r\n", with: "\n").replacing(pool.path, with: Self.shownPool)
    return "$ \(command)\n" + shown(said)
  }

  /// Times as a reader of the README should see them: a night apart, and quick.
  private func shown(_ text: String) -> String {
    text.replacing(/scan (\d)(\s+\(?)2\d\d\d-\d\d-\d\d(\s+)\d\d:\d\dZ/) { match in
      "scan \(match.1)\(match.2)2026-11-2\(match.1 == "1" ? 3 : 4)\(match.3)02:37Z"
    }.replacing(/, [\d.]+ m?s\n/, with: ", 17 ms\n")
  }

  /// The text without what differs from run to run: times, lengths of time, numbers of images and
  /// what a file system allocates.
  private func masked(_ text: String) -> String {
    text.replacing(/2\d\d\d-\d\d-\d\d(\s+)\d\d:\d\dZ/) { "(time)\($0.1)" }
      .replacing(/, [\d.]+ m?s\n/, with: ", (time)\n").replacing(/#\d/, with: "#N")
      .replacing(/\d+ KiB on disk/, with: "(size) on disk").trimmingCharacters(in: .newlines)
  }
}
