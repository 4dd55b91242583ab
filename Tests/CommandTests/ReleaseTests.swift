import Foundation
import Testing

/// Databases that releases recorded. Each stands in `Fixtures` as what `sqlite3` dumps of it, beside what
/// that release answered about it, but for faults that were mended since. With RECORD_GOLDEN set the
/// answers are written anew, and the test still fails.
@Suite struct ReleaseTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  private static let images = ["pool/base.qcow2", "pool/web.qcow2", "shelf/twice.qcow"]
    .map { "/srv/images/" + $0 }

  /// For eyes as of every scan, and as JSON as of the last.
  private static var questions: [[String]] {
    let lists = [
      ["list", "--all"], ["check"], ["orphans", "--all"], ["scans"], ["pools"], ["diff"],
      ["unformatted"],
    ]
    let ofImages = images.flatMap { image in
      ["show", "chain", "dependents", "history"].map { [$0, image] }
    }
    let then = (1...6).flatMap { scan in (lists + ofImages).map { $0 + ["--at", "\(scan)"] } }
    return then + (lists + ofImages).map { $0 + ["--output", "json"] }
      + [["check", "--output", "csv"], ["xml", images[2]]]
  }

  /// Every question, what is answered, and how it ends.
  private func answers(_ folder: Folder) throws -> String {
    try Self.questions.map { question in
      let run = try Program.run(
        question, in: folder,
        environment: [
          "BACKSTORY_DB": "state/db.sqlite", "BACKSTORY_CONFIG": folder.url("empty.toml").path,
        ])
      let line = question.joined(separator: " ")
      return "$ \(line)\n\(run.output)\(run.complaint)ends with \(run.code)\n"
    }.joined(separator: "\n")
  }

  @Test(arguments: ["release-m0007"])
  func `a database of a release is brought up to date, and answers as it did`(
    release: String
  ) throws {
    let folder = try Folder()
    try folder.write([], "empty.toml")
    let dump = Self.fixtures.appending(path: release + ".sql").path
    let made = try Program.shell(
      "umask 077; mkdir state && sqlite3 state/db.sqlite < '\(dump)'", in: folder)
    #expect(made.code == 0, "\(made.complaint)")
    // Forgets nothing, and writes: so it brings the database up to date.
    let prune = try Program.run(
      "prune", "--keep-last", "1000", "--db", "state/db.sqlite", in: folder)
    #expect(prune.code == 0, "\(prune.complaint)")
    #expect(try Program.run("verify", "--db", "state/db.sqlite", in: folder).code == 0)
    let golden = Self.fixtures.appending(path: release + ".txt")
    let said = try answers(folder)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try Data(said.utf8).write(to: golden)
      Issue.record("recorded \(golden.lastPathComponent)")
      return
    }
    #expect(said == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
  }
}
