import Foundation
import Testing

/// What people say of images that nobody uses: `keep`.
@Suite(RealPool.needsQemuImg) struct KeepTests {
  /// A base and an overlay that nobody uses, and one more image of nobody; all three are orphans.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("master.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("nobody.qcow2")
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.orphans().count == 3)
    return tree
  }

  private let verdicts = ["kept base.qcow2", "kept master.qcow2", "orphan nobody.qcow2"]

  @Test func `what is kept is no orphan at once, nor what it stands on, and says by whom`() throws {
    let tree = try tree()
    let said = try tree.objects("keep", "--reason", "golden", tree.path("master.qcow2"))
    #expect(said.map { $0["reason"] as? String } == ["golden"])
    #expect(said.allSatisfy { $0["by"] is String && $0["filename"] is String })
    #expect(try tree.orphans() == ["orphan nobody.qcow2"])
    #expect(try tree.orphans("--all") == verdicts)
    #expect(try tree.objects("check", "--kind", "orphan").count == 1)
    let script = try tree.backstory(["orphans", "--script"]).output
    #expect(script.contains("nobody.qcow2"))
    #expect(!script.contains("base.qcow2") && !script.contains("master.qcow2"))
    let metrics = try tree.backstory(["metrics"]).output
    #expect(metrics.contains("kind=\"orphan\",severity=\"warning\"} 1\n"))
    let sizes = try tree.objects("orphans").compactMap { $0["reclaimable-size"] as? Int }
    #expect(metrics.contains("backstory_reclaimable_bytes \(sizes.reduce(0, +))\n"))
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.objects("check", "--kind", "orphan").count == 1)
    #expect(try tree.orphans("--all") == verdicts)
    #expect(try tree.orphans("--at", "1", "--all").filter { $0.hasPrefix("kept") } == [])
    #expect(try tree.backstory(["verify"]).code == 0)
    let events = try tree.objects("history", tree.path("master.qcow2"))
    let kept = try #require(events.first { $0["event"] as? String == "kept" })
    #expect(kept["reason"] as? String == "golden" && kept["scan"] as? Int == 2)
  }

  @Test func `who keeps an image depends on it and on its base`() throws {
    let tree = try tree()
    #expect(try tree.backstory(["dependents", "--exit-code", tree.path("nobody.qcow2")]).code == 0)
    try tree.keep("master.qcow2")
    try tree.keep("nobody.qcow2")
    #expect(try tree.backstory(["dependents", "--exit-code", tree.path("nobody.qcow2")]).code == 2)
    let found = try tree.objects("dependents", tree.path("base.qcow2"))
    #expect(found.map { $0["via"] as? String } == ["backing", "keep"])
    #expect(found.map { $0["depth"] as? Int } == [1, 2])
    #expect(found.last?["by"] is String && found.last?["certain"] == nil)
  }

  @Test func `what is kept no longer begins its grace anew`() throws {
    let tree = try tree()
    try tree.keep("master.qcow2")
    try tree.scan()
    #expect(try tree.backstory(["keep", "--end", tree.path("master.qcow2")]).code == 0)
    #expect(try tree.backstory(["keep", "--end", tree.path("master.qcow2")]).code == 1)
    #expect(try tree.objects("keep", "--list").isEmpty)
    try tree.scan()
    #expect(try tree.orphans() == ["orphan nobody.qcow2"])
    try tree.scan()
    #expect(try tree.orphans().count == 3)
    #expect(try tree.objects("keep", "--list", "--at", "2").count == 1)
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `a word that is taken back before a scan leaves everything as it was`() throws {
    let tree = try tree()
    let before = try tree.backstory(["orphans", "--output", "json"]).output
    try tree.keep("master.qcow2")
    try tree.keep("nobody.qcow2")
    #expect(try tree.orphans() == [])
    for image in ["master.qcow2", "nobody.qcow2"] {
      #expect(try tree.backstory(["keep", "--end", tree.path(image)]).code == 0)
    }
    #expect(try tree.backstory(["orphans", "--output", "json"]).output == before)
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `a day that has come ends it`() throws {
    let tree = try tree()
    try tree.keep("nobody.qcow2", "--until", "2999-01-01")
    try tree.scan()
    #expect(try tree.orphans().count == 2)
    try tree.images.sqlite("UPDATE keep SET ends = 1 + (SELECT max(finished) FROM scan)")
    #expect(try tree.objects("keep", "--list").isEmpty)
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.orphans().count == 3)
    #expect(try tree.orphans("--at", "3").count == 2)
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `an image that is away is kept when it is back, and where it stands then`() throws {
    let tree = try tree()
    try tree.keep("nobody.qcow2")
    try tree.images.shell("mv nobody.qcow2 ..")
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.objects("keep", "--list").count == 1)
    try tree.images.shell("mv ../nobody.qcow2 other.qcow2")
    for _ in 1...3 { try tree.scan() }
    #expect(try tree.orphans("--all").contains("kept other.qcow2"))
    #expect(try tree.backstory(["prune", "--keep-last", "1"]).code == 0)
    #expect(try tree.orphans("--all").contains("kept other.qcow2"))
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `prune forgets no image that is kept while it is away`() throws {
    let tree = try tree()
    try tree.keep("nobody.qcow2")
    try tree.scan()
    try tree.images.shell("mv nobody.qcow2 ..")
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.backstory(["prune", "--keep-last", "1"]).code == 0)
    #expect(try tree.objects("keep", "--list").count == 1)
    try tree.images.shell("mv ../nobody.qcow2 .")
    for _ in 1...3 { try tree.scan() }
    #expect(try tree.orphans("--all").contains("kept nobody.qcow2"))
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `without machines a base that nothing needs any more is kept as well`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("rm top.qcow2")
    for _ in 1...2 { try pool.scan() }
    #expect(try pool.findings() == ["orphan base.qcow2"])
    #expect(try pool.backstory("keep", pool.path + "/base.qcow2").code == 0)
    #expect(try pool.findings() == [])
    for _ in 1...2 { try pool.scan() }
    #expect(try pool.findings() == [])
    #expect(try pool.backstory("keep", "--end", pool.path + "/base.qcow2").code == 0)
    for _ in 1...2 { try pool.scan() }
    #expect(try pool.findings() == ["orphan base.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `rules of the configuration keep and acknowledge, until they are gone`() throws {
    let tree = try tree()
    try tree.images.image("lost.qcow2", "-u -b none.qcow2 -F qcow2", size: "1M")
    let file = tree.folder.url("c.toml")
    try """
    [[keep]]
    path = "\(tree.pool)/mas*"
    reason = "golden"
    [[acknowledge]]
    kind = "backing-missing"
    pool = "default"
    until = "2999-01-01"
    """.write(to: file, atomically: true, encoding: .utf8)
    #expect(try tree.backstory(["config", "check", "--config", file.path]).code == 0)
    try tree.scan("--config", file.path)
    #expect(try tree.orphans("--all").filter { !$0.hasPrefix("unknown") } == verdicts)
    let kept = try tree.objects("keep", "--list")
    #expect(kept.map { $0["by"] as? String } == [file.path])
    #expect(try tree.backstory(["keep", "--end", tree.path("master.qcow2")]).code == 1)
    let known = try tree.objects("check", "--kind", "backing-missing")
    #expect(known.count == 1 && known.first?["acknowledged"] != nil)
    #expect(try tree.backstory(["check"]).code == 0)
    try tree.keep("master.qcow2", "--reason", "mine")
    try tree.scan("--config", file.path)
    #expect(try tree.objects("keep", "--list").map { $0["reason"] as? String } == ["mine"])
    try tree.scan()
    #expect(try tree.objects("check", "--kind", "backing-missing").first?["acknowledged"] == nil)
    #expect(try tree.backstory(["check"]).code == 2)
    #expect(try tree.objects("check", "--at", "4").filter { $0["acknowledged"] != nil }.count == 1)
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test(arguments: [
    ("[[acknowledge]]\nreason = \"x\"", "a rule has no kind, path, pool"),
    ("[[keep]]\nkind = \"orphan\"\npath = \"x\"", "there is no key 'keep.kind'"),
    ("[keep]\npath = \"x\"", "'keep' is not a list of tables"),
    ("[[acknowledge]]\nkind = \"backing-mising\"", "did you mean 'backing-missing'?"),
    ("[[acknowledge]]\nkind = \"orphan\"\nuntil = \"soon\"", "write a day in quotes"),
    ("[[acknowlege]]\nkind = \"orphan\"", "did you mean '[[acknowledge]]'?"),
  ])
  func `a rule that means nothing is told, and no scan goes by it`(
    text: String, fault: String
  ) throws {
    let tree = try LibvirtTree()
    let file = tree.folder.url("c.toml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    for words in [["config", "check"], ["scan", tree.pool]] {
      let run = try tree.backstory(words + ["--config", file.path])
      #expect(run.code == 1)
      #expect(run.complaint.contains(fault), "\(run.complaint)")
    }
  }
}

extension LibvirtTree {
  /// Keeps an image of the pool.
  fileprivate func keep(_ image: String, _ more: String...) throws {
    let run = try backstory(["keep", path(image)] + more)
    #expect(run.code == 0, "\(run.complaint)")
  }
}
