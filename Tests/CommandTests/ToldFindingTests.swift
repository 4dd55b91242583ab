import Foundation
import Testing

/// Which findings of a scan are told: every command says the same, and a closed one says what it said last.
@Suite(RealPool.needsQemuImg) struct ToldFindingTests {
  private func answer(_ pool: RealPool, _ words: [String]) throws -> Run {
    try pool.backstory(words + ["--output", "json"])
  }

  private func count(_ scan: Run, _ key: String) -> Int? {
    (scan.object["findings"] as? [String: Any])?[key] as? Int
  }

  /// Three nights on which two images are orphans at last, and one that does not see the other pool.
  private func doubted() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("a", size: "1M")
    try pool.image("b", size: "1M")
    try pool.image("used", size: "1M")
    try pool.shell("mkdir ../domains ../other && qemu-img create -q -f qcow2 ../other/z 1M")
    let disk = """
      <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='\(pool.path)/used'/><target dev='vda' bus='virtio'/></disk>
      """
    try pool.folder.write(Array(LibvirtTree.domain("m", [disk]).utf8), "domains/m.xml")
    for _ in 1...3 { try night(pool) }
    try pool.shell("mv ../other ../away")
    return pool
  }

  @discardableResult private func night(_ pool: RealPool) throws -> Run {
    try pool.scan(
      pool.path, pool.folder.url("other").path, "--domains", pool.folder.url("domains").path)
  }

  /// How many orphans everybody counts who counts.
  private func counts(_ pool: RealPool, at scan: Int) throws -> [String: Int] {
    let when = ["--at", "\(scan)"]
    let rows = { (query: String) throws -> Int in
      try #require(try answer(pool, ["sql", query] + when).objects.first?["n"] as? Int)
    }
    let status = try answer(pool, ["status"] + when).object["counts"] as? [String: Any]
    let points = try answer(pool, ["trend"] + when).objects
      .compactMap { ($0["points"] as? [[String: Any]])?.last?["findings"] as? Int }
    return [
      "check": try answer(pool, ["check"] + when).objects.count,
      "status": try #require(status?["warning"] as? Int),
      "pools": try answer(pool, ["pools"] + when).objects
        .reduce(0) { $0 + ($1["open-findings"] as? Int ?? 0) },
      "trend": points.reduce(0, +),
      "open_findings": try rows("SELECT count(*) AS n FROM open_findings WHERE kind = 'orphan'"),
      "orphans": try rows("SELECT count(*) AS n FROM orphans WHERE verdict = 'orphan'"),
      "scans": try rows("SELECT findings_open AS n FROM scans WHERE scan = \(scan)"),
    ]
  }

  @Test func `of a night that did not see everything nobody counts an orphan`() throws {
    let pool = try doubted()
    let scan = try night(pool)
    #expect(scan.code == 3)
    #expect(count(scan, "open") == 0)
    #expect([count(scan, "opened"), count(scan, "closed")] == [0, 0])
    let (doubted, seen) = (try counts(pool, at: 4), try counts(pool, at: 3))
    #expect(Set(doubted.values) == [0], "\(doubted)")
    #expect(Set(seen.values) == [3], "\(seen)")
    try pool.shell("mv ../away ../other")
    let again = try night(pool)
    #expect(
      [count(again, "opened"), count(again, "closed")] == [0, 0], "nothing opened or closed")
    let last = try counts(pool, at: 5)
    #expect(Set(last.values) == [3], "\(last)")
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a night in doubt is none of the nights of a finding, and ends none`() throws {
    let pool = try doubted()
    try night(pool)
    let spans = { try answer(pool, ["check", "--kind", "orphan", "--between"] + $0).objects }
    #expect(try spans(["4", "4"]).isEmpty)
    let first = try #require(try spans(["1", "4"]).first)
    let nights = try (1...4).count {
      try !answer(pool, ["check", "--kind", "orphan", "--at", "\($0)"]).objects.isEmpty
    }
    #expect(first["open-scans"] as? Int == nights)
    #expect(first["longest-scans"] as? Int == nights)
    #expect(first["times"] as? Int == 1)
    try pool.shell("mv ../away ../other")
    try night(pool)
    let again = try #require(try spans(["1", "5"]).first)
    #expect(again["open-scans"] as? Int == nights + 1)
    #expect(again["longest-scans"] as? Int == nights + 1)
    #expect(again["times"] as? Int == 1)
    #expect(again["closed"] == nil)
  }

  @Test func `an orphan in doubt cannot be acknowledged, and one that goes is told as closed`()
    throws
  {
    let pool = try doubted()
    try night(pool)
    #expect(try pool.backstory("ack", "\(pool.path)/a").code == 1)
    #expect(
      try answer(pool, ["diff", "2", "4"]).object["findings"].map { "\($0)" }?
        .contains("orphan") == false)
    try pool.shell("rm a")
    let scan = try night(pool)
    #expect(count(scan, "closed") == 1)
    let findings = try answer(pool, ["diff"]).object["findings"] as? [String: Any]
    #expect((findings?["closed"] as? [Any])?.count == 1)
    let events = try answer(pool, ["log", "--event", "finding-closed"]).objects
    #expect(events.map { $0["scan"] as? Int } == [5])
  }

  @Test func `a closed finding says what it said when it was open last`() throws {
    let pool = try RealPool()
    try pool.image("a", size: "1M")
    try pool.image("o", "-b a -F qcow2")
    try pool.shell("qemu-io -c 'write 0 64k' o >/dev/null; touch -d '-1 hour' *")
    try pool.scan()
    try pool.shell(
      "mv a b; qemu-img create -q -f qcow2 a 1M; qemu-io -c 'write -P 3 0 64k' a >/dev/null")
    try pool.scan()
    let open = try #require(
      try answer(pool, ["check", "--kind", "base-modified"]).objects.first)
    try pool.shell("mv a new; mv b a")
    try pool.scan()
    let questions = [
      ["diff"], ["log", "--event", "finding-closed"],
      ["check", "--since", "2"], ["check", "--between", "1", "3"], ["history", "\(pool.path)/new"],
    ]
    for question in questions {
      let told = try #require(try closed(answer(pool, question)), "\(question)")
      for key in ["cause", "since", "last-good", "filename"] {
        #expect(
          told[key] as? NSObject == open[key] as? NSObject, "\(question): \(key)")
      }
    }
    #expect("\(open["cause"] ?? "")".contains("\(pool.path)/b"))
  }

  /// The closed finding about a base somewhere in an answer: `diff` has it in a list of its own.
  private func closed(_ run: Run) throws -> [String: Any]? {
    func search(_ value: Any, _ isClosed: Bool) -> [String: Any]? {
      if let list = value as? [Any] { return list.lazy.compactMap { search($0, isClosed) }.first }
      guard let object = value as? [String: Any] else { return nil }
      if object["kind"] as? String == "base-modified", isClosed || object["closed"] != nil {
        return object
      }
      return object.lazy.compactMap { search($1, isClosed || $0 == "closed") }.first
    }
    return search(try JSONSerialization.jsonObject(with: Data(run.output.utf8)), false)
  }
}
