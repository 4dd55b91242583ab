import Foundation
import Testing

/// Verbs that ask, over a pool that was scanned with the program itself.
@Suite struct AskingTests {
  /// A folder with a database and a pool: a base, an overlay on it, and one whose base is missing.
  private func scanned() throws -> Folder {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url("pool"), withIntermediateDirectories: false)
    try folder.write(QCOW2Sample().bytes, "pool/base.qcow2")
    try folder.write(
      QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes, "pool/web.qcow2")
    try folder.write(
      QCOW2Sample(backing: "gone.qcow2", backingFormat: "qcow2").bytes, "pool/lost.qcow2")
    let scan = try ask(folder, "scan", "--pool", "default=pool")
    #expect(scan.code == 0)
    #expect(scan.complaint.isEmpty)
    return folder
  }

  private func ask(_ folder: Folder, _ arguments: String...) throws -> Run {
    try Program.run(arguments + ["--db", "inventory.sqlite"], in: folder)
  }

  @Test func `check finds, and its exit code says how bad`() throws {
    let folder = try scanned()
    let check = try ask(folder, "check", "--output", "json")
    #expect(check.code == 2)
    #expect(check.objects.map { $0["kind"] as? String } == ["backing-missing"])
    #expect((check.objects.first?["filename"] as? String)?.hasSuffix("/pool/lost.qcow2") == true)
    #expect(try ask(folder, "broken").code == 2)
    let unformatted = try ask(folder, "unformatted", "--output", "json")
    #expect(unformatted.code == 0)
    #expect(unformatted.output == "[]\n")
  }

  @Test func `what is not as bad as asked for is no reason for an exit code`() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url("pool"), withIntermediateDirectories: false)
    try folder.write(QCOW2Sample().bytes, "outside.qcow2")
    try folder.write(
      QCOW2Sample(backing: "../outside.qcow2", backingFormat: "qcow2").bytes, "pool/web.qcow2")
    _ = try ask(folder, "scan", "pool")
    #expect(try ask(folder, "check").code == 0)
    #expect(try ask(folder, "check", "--fail-on", "error").code == 0)
    #expect(try ask(folder, "check", "--fail-on", "warning").code == 2)
    #expect(try ask(folder, "check", "--fail-on", "info").code == 2)
    #expect(
      try ask(folder, "check", "--kind", "image-dirty", "--fail-on", "info").code == 0)
  }

  @Test func `dependents and diff answer with 0, and with 2 where that is asked for`() throws {
    let folder = try scanned()
    let base = "pool/base.qcow2"
    #expect(try ask(folder, "dependents", base).code == 0)
    #expect(try ask(folder, "dependents", base, "--exit-code").code == 2)
    #expect(try ask(folder, "dependents", "pool/web.qcow2", "--exit-code").code == 0)
    _ = try ask(folder, "scan")
    #expect(try ask(folder, "diff", "--exit-code").code == 0)
    try FileManager.default.removeItem(at: folder.url("pool/web.qcow2"))
    _ = try ask(folder, "scan")
    #expect(try ask(folder, "diff").code == 0)
    #expect(try ask(folder, "diff", "--exit-code").code == 2)
    #expect(try ask(folder, "diff", "1", "2", "--exit-code").code == 0)
  }

  @Test func `a pool that is not there makes the scan partial and keeps its images`() throws {
    let folder = try scanned()
    try FileManager.default.moveItem(at: folder.url("pool"), to: folder.url("elsewhere"))
    let scan = try ask(folder, "scan", "--output", "json")
    #expect(scan.code == 3)
    #expect(scan.output.contains("\"state\": \"unavailable\""))
    #expect(try ask(folder, "list", "--output", "json").objects.count == 3)
  }

  @Test func `a path that was never seen and is not there is exit code 1`() throws {
    let folder = try Folder()
    let run = try ask(folder, "scan", "nowhere")
    #expect(run.code == 1)
    #expect(
      run.complaint.contains("/nowhere' does not exist and was never scanned; check the path"))
  }

  @Test func `an image is named by its path, by its number, and escaped`() throws {
    let folder = try scanned()
    let shown = try ask(folder, "show", "pool/../pool//web.qcow2", "--output", "json")
    #expect(shown.code == 0)
    let listed = try ask(folder, "list", "--output", "json").objects
    let image = try #require(
      listed.first { ($0["filename"] as? String)?.hasSuffix("/web.qcow2") == true })
    let number = try #require(image["image-id"] as? Int)
    #expect(try ask(folder, "show", "#\(number)", "--output", "json").output == shown.output)
    #expect(
      try ask(folder, "show", "--escaped", "pool/web\\x2eqcow2", "--output", "json").output
        == shown.output)
  }

  @Test func `a name that is not UTF-8 comes back escaped and is taken so`() throws {
    let folder = try scanned()
    let run = try Program.shell("cp pool/base.qcow2 \"$(printf 'pool/\\377.qcow2')\"", in: folder)
    #expect(run.code == 0)
    _ = try ask(folder, "scan")
    let odd = try ask(folder, "list", "--output", "json").objects
      .filter { $0["filename-escaped"] as? Bool == true }
    #expect(odd.count == 1)
    let name = try #require(odd.first?["filename"] as? String)
    #expect(name.hasSuffix("/pool/\\xff.qcow2"))
    #expect(try ask(folder, "show", "--escaped", name).code == 0)
  }

  @Test func `an answer as of a scan stays as it was`() throws {
    let folder = try scanned()
    let before = try ask(folder, "list", "--output", "json")
    try folder.write(QCOW2Sample().bytes, "pool/new.qcow2")
    _ = try ask(folder, "scan")
    #expect(try ask(folder, "list", "--output", "json").objects.count == 4)
    #expect(try ask(folder, "list", "--output", "json", "--at", "1").output == before.output)
    #expect(try ask(folder, "list", "--output", "json", "--at", "latest~1").output == before.output)
  }

  @Test(arguments: [
    ["list", "--all"], ["show", "#1"], ["chain", "#1"], ["dependents", "#1"], ["check"],
    ["broken"], ["unformatted"], ["orphans", "--all"], ["diff", "1", "1"], ["history", "#1"],
    ["scans"], ["pools"], ["sql", "SELECT 1 AS one"],
  ])
  func `every verb answers in every output, and complains of nothing`(verb: [String]) throws {
    let folder = try scanned()
    for format in ["human", "json", "csv"] {
      let arguments = verb + ["--output", format, "--db", "inventory.sqlite"]
      let run = try Program.run(arguments, in: folder)
      #expect([0, 2].contains(run.code))
      #expect(run.complaint.isEmpty)
      #expect(run.output.hasSuffix("\n"))
      if format == "json" {
        let data = Data(run.output.utf8)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: data) }
      }
    }
  }

  @Test func `a query that would change something is refused`() throws {
    let folder = try scanned()
    let run = try ask(folder, "sql", "DELETE FROM scan")
    #expect(run.code == 1)
    #expect(run.complaint.hasPrefix("backstory: the query cannot be run: "))
    #expect(try ask(folder, "scans", "--output", "json").objects.count == 1)
  }
}
