import Foundation
import FoundationXML
import Testing

/// `report` and `graph`, as a user runs them.
@Suite struct ReportTests {
  /// A folder with a pool that was scanned: a base, two overlays of it, and one whose base is gone.
  static func scanned() throws -> Folder {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url("pool"), withIntermediateDirectories: false)
    try folder.write(QCOW2Sample().bytes, "pool/base.qcow2")
    for name in ["mail", "web"] {
      try folder.write(
        QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes, "pool/\(name).qcow2")
    }
    try folder.write(
      QCOW2Sample(backing: "gone.qcow2", backingFormat: "qcow2").bytes,
      "pool/lost <i>&amp;'.qcow2")
    #expect(try ask(folder, "scan", "--pool", "default=pool").code == 0)
    return folder
  }

  static func ask(_ folder: Folder, _ arguments: String...) throws -> Run {
    try Program.run(arguments + ["--db", "inventory.sqlite"], in: folder)
  }

  private func mode(of url: URL) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
  }

  @Test func `the page is a file that its owner alone may read, unless said otherwise`() throws {
    let folder = try Self.scanned()
    let run = try Self.ask(folder, "report", "night.html")
    #expect(run.code == 0)
    #expect(run.output.isEmpty)
    #expect(run.complaint.isEmpty)
    #expect(try mode(of: folder.url("night.html")) == 0o600)
    #expect(try Self.ask(folder, "report", "--mode", "644", "night.html").code == 0)
    #expect(try mode(of: folder.url("night.html")) == 0o644)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.filter { !$0.hasPrefix("inventory.sqlite") }.sorted() == ["night.html", "pool"])
  }

  @Test func `on standard output it is the same page, every time`() throws {
    let folder = try Self.scanned()
    let page = try Self.ask(folder, "report", "-")
    #expect(page.output.hasPrefix("<!DOCTYPE html>\n"))
    #expect(page.output.hasSuffix("</html>\n"))
    _ = try Self.ask(folder, "report", "night.html")
    #expect(try folder.text("night.html") == page.output)
    _ = try Self.ask(folder, "scan")
    let older = try Self.ask(folder, "report", "-", "--at", "1")
    #expect(older.output.contains("Scan 1 of "))
    #expect(try Self.ask(folder, "report", "-", "--at", "1").output == older.output)
    #expect(try Self.ask(folder, "report", "-").output != older.output)
  }

  @Test func `the page of the last night shows what mends it, that of an older one does not`()
    throws
  {
    let folder = try Self.scanned()
    try FileManager.default.moveItem(
      at: folder.url("pool/base.qcow2"), to: folder.url("pool/golden.qcow2"))
    _ = try Self.ask(folder, "scan")
    let page = try Self.ask(folder, "report", "-").output
    #expect(page.contains("<code>backstory repair --apply --cause "))
    #expect(page.contains("qemu-img rebase "))
    #expect(page.contains("golden.qcow2"))
    _ = try Self.ask(folder, "scan")
    let older = try Self.ask(folder, "report", "-", "--at", "2").output
    #expect(!older.contains("<code>backstory repair"))
  }

  @Test func `one lost base is one card, by whatever spelling, and nights are columns`() throws {
    let pool = try RealPool()
    try pool.image("gold.qcow2")
    for folder in 1...5 {
      try pool.shell("mkdir c\(folder)")
      try pool.image("c\(folder)/a.qcow2", "-b ../gold.qcow2 -F qcow2")
      try pool.image("c\(folder)/b.qcow2", "-b a.qcow2 -F qcow2")
    }
    try pool.scan()
    try pool.shell("mv gold.qcow2 moved.qcow2")
    try pool.scan()
    try pool.shell("mv moved.qcow2 gold.qcow2")
    try pool.scan()
    try pool.shell("mv gold.qcow2 moved.qcow2")
    try pool.scan()
    let page = try pool.backstory("report", "-").output
    #expect(page.components(separatedBy: "<article class=\"finding error\"").count == 2)
    #expect(page.contains(">10 images lost gold.qcow2</h3>"))
    #expect(page.contains("<h1>10 images lost their base</h1>"))
    #expect(page.contains(": 10 images lost their base – Backstory, "))
    #expect(page.components(separatedBy: "<li class=\"complete\" title=").count == 5)
    #expect(page.contains("<li class=\"gone\"><b>gold.qcow2</b>"))
    #expect(
      page.components(separatedBy: "<rect class=\"was\"").count >= 2, "it was gone once before")
    #expect(page.contains("5 images; 5 more depend on those:"))
    #expect(page.contains(">closed</span>"))
    try pool.shell("mv moved.qcow2 gold.qcow2")
    try pool.scan()
    let quiet = try pool.backstory("report", "-").output
    #expect(quiet.contains("<h1>All 11 images have no findings</h1>"))
    #expect(quiet.contains("Nothing needs attention."))
    #expect(!quiet.contains("<article"))
  }

  @Test func `what is no file is not replaced, and nothing is left beside it`() throws {
    let folder = try Self.scanned()
    let run = try Self.ask(folder, "report", "pool")
    #expect(run.code == 1)
    #expect(run.complaint.hasPrefix("backstory: cannot replace '"))
    let nowhere = try Self.ask(folder, "report", "none/night.html")
    #expect(nowhere.code == 1)
    #expect(nowhere.complaint.contains("/none/night.html': no such file or directory"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url("pool").path).count == 4)
  }

  @Test(arguments: ["777", "9", "0", "rw"])
  func `a mode that nobody means is refused`(mode: String) throws {
    let run = try Program.run("report", "--mode", mode, "x.html")
    #expect(run.code == 1)
    #expect(run.complaint.contains("the value '\(mode)' is invalid for '--mode <mode>'"))
  }

  @Test(arguments: ["dot", "mermaid", "svg"])
  func `a graph is drawn around an image, and of everything`(format: String) throws {
    let folder = try Self.scanned()
    let all = try Self.ask(folder, "graph", "--format", format)
    #expect(all.code == 0)
    #expect(all.complaint.isEmpty)
    #expect(all.output.contains("gone.qcow2"))
    let one = try Self.ask(folder, "graph", "pool/web.qcow2", "--format", format)
    #expect(one.output.contains("base.qcow2"))
    #expect(!one.output.contains("gone.qcow2"))
    #expect(!one.output.contains("mail.qcow2"))
    _ = try Self.ask(folder, "scan")
    #expect(try Self.ask(folder, "graph", "--format", format, "--at", "1").output == all.output)
  }

  @Test(.enabled(if: Tool.isThere("dot"), "Graphviz is not installed"))
  func `Graphviz draws the graph with every name as it is`() throws {
    let folder = try Self.scanned()
    let graph = try Self.ask(folder, "graph")
    try folder.write(Array(graph.output.utf8), "graph.dot")
    let run = try Program.shell("dot -Tsvg graph.dot", in: folder)
    #expect(run.code == 0)
    #expect(run.complaint.isEmpty)
    #expect(run.output.contains("lost &lt;i&gt;&amp;amp;&#39;.qcow2"))
    #expect(run.output.components(separatedBy: "class=\"node\"").count == 6)
    #expect(run.output.components(separatedBy: "class=\"edge\"").count == 4)
  }

  @Test func `a drawing is well-formed XML`() throws {
    let folder = try Self.scanned()
    let drawing = try Self.ask(folder, "graph", "--format", "svg")
    let parser = XMLParser(data: Data(drawing.output.utf8))
    #expect(parser.parse())
  }
}

/// Programs that a test needs and a machine need not have.
enum Tool {
  static func isThere(_ name: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains {
      FileManager.default.isExecutableFile(atPath: $0 + name)
    }
  }
}
