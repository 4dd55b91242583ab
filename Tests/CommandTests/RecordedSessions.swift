import Foundation
import Testing

/// The sessions in a document, command by command, on a terminal of 80 columns.
///
/// With RECORD_GOLDEN set what the program says now is written into the document, and the test still
/// fails.
struct RecordedSessions {
  /// What documents call the pool.
  static let shownPool = "/var/lib/libvirt/images"

  /// A pool whose path is as long as the one in documents, so that lines break where they do there.
  final class Pool {
    let path: String

    init() throws {
      let random = UUID().uuidString.filter(\.isHexDigit).lowercased()
      path = String("/tmp/images-\(random)".prefix(RecordedSessions.shownPool.count))
      try FileManager.default.createDirectory(
        atPath: path + "/golden", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private let pool: Pool
  private let folder = try? Folder()
  private let document: URL

  /// The sessions of a document of this repository, on a pool that a shell script makes.
  init(_ document: String, pool script: String) throws {
    self.document = Self.url(document)
    pool = try Pool()
    let made = try Program.shell("set -e; cd \(pool.path)\n" + script, in: try Folder())
    #expect(made.code == 0, "\(made.complaint)")
  }

  /// A document by its path from the root of the repository.
  static func url(_ document: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../\(document)").standardized
  }

  /// Runs every command; each has to say what the document shows.
  func check(atLeast least: Int) throws {
    let folder = try #require(folder)
    let text = try String(contentsOf: document, encoding: .utf8)
    let blocks = text.components(separatedBy: "```console\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count >= least)
    var recorded = text
    for block in blocks {
      let said = try block.split(separator: "\n").filter { $0.hasPrefix("$ ") }
        .map { try say(String($0.dropFirst(2)), folder) }.joined(separator: "\n")
      #expect(masked(said) == masked(block))
      if let place = recorded.range(of: block) { recorded.replaceSubrange(place, with: said) }
    }
    guard ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil else { return }
    try recorded.write(to: document, atomically: true, encoding: .utf8)
    Issue.record("recorded \(document.lastPathComponent)")
  }

  /// The line of a command and what it says.
  private func say(_ command: String, _ folder: Folder) throws -> String {
    let own = command.replacing(Self.shownPool, with: pool.path)
    let line = """
      cd \(pool.path) && export NO_COLOR=1 BACKSTORY_PAGER= BACKSTORY_DB=\(folder.url.path)/inventory.sqlite \
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
      "scan \(match.1)\(match.2)2026-11-2\(2 + (Int(match.1) ?? 0))\(match.3)02:37Z"
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
