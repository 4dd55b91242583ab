import Foundation
import Testing

/// What is told of a scan is told as that scan saw it, by every command.
@Suite(RealPool.needsQemuImg) struct AnswersOfAScanTests {
  private func names(_ paths: Any?...) -> String {
    paths.map { path in
      let text = path as? String ?? "-"
      return text.split(separator: "/").suffix(2).joined(separator: "/")
    }.joined(separator: " ")
  }

  private func changes(_ pool: RealPool, _ from: Int, _ to: Int) throws -> [String] {
    let run = try pool.backstory("diff", "\(from)", "\(to)", "--output", "json")
    return (run.object["changes"] as? [[String: Any]] ?? []).map {
      "\($0["change"] ?? "") \(names($0["previous-filename"], $0["filename"]))"
    }.sorted()
  }

  @Test func `an image that left a renamed pool was where the pool was`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir ../a ../c")
    for name in ["a/stays", "a/inside", "a/leaves", "c/comes", "a/replaced"] {
      try pool.image("../\(name).qcow2")
    }
    let (a, b, c) = ("a", "b", "c")
    let paths = { (names: String...) in names.map { pool.folder.url($0).path } }
    try pool.backstory(["scan"] + paths(a, c)).expectSuccess()
    try pool.shell("mv ../a ../b; mv ../b/inside.qcow2 ../b/moved.qcow2")
    try pool.shell("mv ../b/leaves.qcow2 ../c/; mv ../c/comes.qcow2 ../b/")
    try pool.shell("rm ../b/replaced.qcow2")
    try pool.image("../b/replaced.qcow2", size: "32M")
    let run = try pool.backstory(["scan", "--output", "json"] + paths(b, c))
    #expect(
      try changes(pool, 1, 2) == [
        "moved a/inside.qcow2 b/moved.qcow2", "moved a/leaves.qcow2 c/leaves.qcow2",
        "moved c/comes.qcow2 b/comes.qcow2", "replaced - b/replaced.qcow2",
      ])
    #expect(
      try changes(pool, 2, 1) == [
        "moved b/comes.qcow2 c/comes.qcow2", "moved b/moved.qcow2 a/inside.qcow2",
        "moved c/leaves.qcow2 a/leaves.qcow2", "replaced - a/replaced.qcow2",
      ])
    #expect(
      [run.count("moved"), run.count("replaced"), run.count("added"), run.count("removed")]
        == [3, 1, 0, 0])
    let events = try pool.backstory("log", "--since", "1", "--output", "json").objects.map {
      "\($0["event"] ?? "") \(names($0["previous-filename"], $0["filename"]))"
    }
    let pools = events.filter { $0.hasPrefix("pool-moved") }
    #expect(pools.count == 1)
    #expect(pools.first?.hasSuffix("/a \(names(pool.folder.url("b").path))") == true)
    #expect(
      events.filter { $0.hasPrefix("moved") }.sorted() == [
        "moved a/inside.qcow2 b/moved.qcow2", "moved a/leaves.qcow2 c/leaves.qcow2",
        "moved c/comes.qcow2 b/comes.qcow2",
      ])
    #expect(
      try pool.backstory(
        "history", pool.folder.url("b/stays.qcow2").path, "--output", "json"
      ).objects.compactMap { $0["event"] as? String } == ["appeared"])
  }

  @Test func `a finding opened where its image was then`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 ../kept")
    try pool.scan()
    try pool.shell("mkdir d; mv top.qcow2 d/late.qcow2; mv ../kept d/found.qcow2")
    try pool.scan()
    let opened = try pool.backstory("diff", "1", "2", "--output", "json").object["findings"]
    let finding = try #require((opened as? [String: Any])?["opened"] as? [[String: Any]])
    for question in [
      ["log"], ["log", "\(pool.path)/d/late.qcow2"], ["history", "\(pool.path)/d/late.qcow2"],
    ] {
      let events = try pool.backstory(question + ["--output", "json"]).objects.filter {
        $0["event"] as? String == "finding-opened" && $0["scan"] as? Int == 2
      }
      #expect(events.map { names($0["filename"]) } == ["pool/top.qcow2"])
      #expect(events.map { $0["finding"] as? NSDictionary } == finding.map { $0 as NSDictionary })
    }
  }

  @Test func `when machines were seen last is known after that scan is pruned`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir ../domains")
    try pool.image("base.qcow2")
    try pool.shell(
      "printf \"<domain type='kvm'><name>m</name><memory>1</memory><os><type>hvm</type></os><devices>"
        + "<disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda'/></disk>"
        + "</devices></domain>\" \"$PWD/lost.qcow2\" >../domains/m.xml")
    try pool.scan(pool.path, "--domains", pool.folder.url("domains").path)
    try pool.scan()
    let before = try pool.backstory("check", "--output", "json")
    #expect(before.objects.first?["stale"] != nil)
    _ = try pool.backstory("prune", "--keep-last", "1")
    #expect(try pool.backstory("check", "--output", "json").output == before.output)
  }
}

extension Run {
  fileprivate func expectSuccess() { #expect(code == 0, "\(complaint)") }
}
