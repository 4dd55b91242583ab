import Model
import Foundation
import Testing

/// Only a scan that looked can say anything; what it says is about what is there now.
@Suite(RealPool.needsQemuImg) struct ScansThatLookedTests {
  private func scan(_ point: Any?) -> Int? { (point as? [String: Any])?["scan"] as? Int }

  private func broken(_ pool: RealPool) throws -> [String: Any] {
    try #require(
      try pool.backstory("check", "--kind", "backing-missing", "--output", "json").objects.first)
  }

  private func cause(_ pool: RealPool) throws -> [String: Any] {
    try #require(try broken(pool)["cause"] as? [String: Any])
  }

  private func chain() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    return pool
  }

  // MARK: When it was right last

  @Test func `who was away is not dated by scans that did not see it`() throws {
    let pool = try chain()
    try pool.shell("mv top.qcow2 ../kept")
    try pool.scan()
    try pool.scan()
    try pool.shell("rm base.qcow2; mv ../kept top.qcow2")
    try pool.scan()
    let finding = try broken(pool)
    #expect(scan(finding["since"]) == 4)
    #expect(scan(finding["last-good"]) == 1)
    #expect(try cause(pool)["kind"] as? String == "target-removed")
  }

  @Test func `a scan of one image dates nothing of another, and is no look at the pool`() throws {
    let pool = try chain()
    try pool.image("other.qcow2")
    try pool.shell("rm base.qcow2")
    try pool.scan("\(pool.path)/other.qcow2")
    try pool.scan("\(pool.path)/top.qcow2")
    let pools = try pool.backstory("pools", "--output", "json").objects
    #expect(scan(pools.first?["last-complete-scan"]) == 1)
    try pool.scan()
    let finding = try broken(pool)
    #expect(scan(finding["last-good"]) == 1)
  }

  @Test func `a scan of one image judges no link of another`() throws {
    let pool = try RealPool()
    let other = pool.folder.url("other").path
    try pool.shell("mkdir ../other && qemu-img create -q -f qcow2 ../other/base.qcow2 16M")
    try pool.image("top.qcow2", "-b \(other)/base.qcow2 -F qcow2")
    try pool.image("lone.qcow2")
    try pool.scan(pool.path, other)
    try pool.shell("rm ../other/base.qcow2")
    try pool.scan("\(pool.path)/lone.qcow2")
    #expect(try pool.findings("--kind", "backing-missing") == [])
    try pool.scan(pool.path, other)
    let finding = try broken(pool)
    #expect(scan(finding["since"]) == 3)
    #expect(scan(finding["last-good"]) == 1)
  }

  @Test func `a scan of another pool dates nothing of this one`() throws {
    let pool = try chain()
    try pool.shell("mkdir ../other")
    try pool.scan(pool.folder.url("other").path)
    try pool.shell("rm base.qcow2")
    try pool.scan(pool.folder.url("other").path)
    try pool.scan()
    #expect(scan(try broken(pool)["last-good"]) == 1)
  }

  @Test func `a night on which the pool was not there dates nothing`() throws {
    let pool = try chain()
    try pool.shell("mv ../pool ../away; true")
    #expect(try pool.scan().code == 3)
    _ = try Program.shell("mv away pool", in: pool.folder)
    try pool.shell("rm base.qcow2")
    try pool.scan()
    #expect(scan(try broken(pool)["last-good"]) == 1)
  }

  // MARK: Causes

  @Test func `a base that comes back elsewhere has its place in every answer`() throws {
    let pool = try chain()
    try pool.shell("mv base.qcow2 ../kept")
    try pool.scan()
    #expect(try cause(pool)["kind"] as? String == "target-removed")
    try pool.shell("mv ../kept other.qcow2")
    try pool.scan()
    let now = try cause(pool)
    #expect(now["kind"] as? String == "target-moved")
    #expect(now["now-at"] as? [String] == ["\(pool.path)/other.qcow2"])
    let before = try pool.backstory("check", "--at", "2", "--output", "json").objects.first
    #expect((before?["cause"] as? [String: Any])?["kind"] as? String == "target-removed")
    #expect(try pool.backstory("repair").output.contains("-b other.qcow2"))
  }

  @Test func `the cause is about what the reference says now`() throws {
    let pool = try chain()
    try pool.shell("rm base.qcow2")
    try pool.scan()
    try pool.shell("qemu-img rebase -u -b never.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    let finding = try broken(pool)
    #expect(scan(finding["since"]) == 3)
    let cause = try cause(pool)
    #expect(cause["kind"] as? String == "reference-changed")
    #expect(cause["evidence"] as? String == "it referred to 'base.qcow2' until scan 2")
  }

  @Test func `an image that once stood at the name is told, whoever refers to it now`() throws {
    let pool = try chain()
    try pool.shell("rm top.qcow2 base.qcow2")
    try pool.scan()
    try pool.shell("qemu-img create -q -u -f qcow2 -b base.qcow2 -F qcow2 late.qcow2 16M")
    try pool.scan()
    let cause = try cause(pool)
    #expect(cause["kind"] as? String == "target-removed")
    let evidence = cause["evidence"] as? String
    #expect(evidence?.hasSuffix(" was there until scan 1 and is gone") == true)
  }

  // MARK: Counts

  @Test func `a scan counts what diff shows, also of times that were put back`() throws {
    let pool = try RealPool()
    try pool.shell("head -c 16384 /dev/urandom > base.img")
    try pool.image("a.qcow2")
    try pool.shell("ln -s a.qcow2 link.qcow2")
    try pool.scan()
    for change in [
      "touch -d 2020-01-01 base.img; printf XXXX | dd of=base.img conv=notrunc status=none; "
        + "touch -d 2020-01-01 base.img",
      "printf YYYY | dd of=base.img conv=notrunc status=none; touch -d 2020-01-01 base.img",
      "ln base.img other.img; printf ZZZZ | dd of=base.img conv=notrunc status=none",
      "rm link.qcow2; qemu-img create -q -f qcow2 link.qcow2 5M",
      "mv a.qcow2 b.qcow2; qemu-img create -q -f qcow2 a.qcow2 6M",
      "rm b.qcow2; mv a.qcow2 b.qcow2", "rm base.img", "chmod 600 b.qcow2",
    ] {
      try pool.shell(change)
      let scan = try #require(try pool.scan().object["scan"] as? [String: Any])
      let changes = try pool.backstory("diff", "--output", "json").object["changes"]
      let kinds = (changes as? [[String: Any]] ?? []).compactMap { $0["change"] as? String }
      for kind in ["added", "removed", "moved", "changed", "replaced"] {
        #expect(scan[kind] as? Int == kinds.count { $0 == kind }, "\(change): \(kind) of \(kinds)")
      }
    }
  }

  // MARK: Forgetting

  @Test func `a number that is forgotten is never given again`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.scan()
    try pool.shell("rm a.qcow2")
    try pool.scan()
    _ = try pool.backstory("prune", "--keep-last", "1")
    try pool.image("b.qcow2")
    try pool.scan()
    let images = try pool.backstory("list", "--output", "json").objects
    #expect(images.map { $0["image-id"] as? Int } == [2])
  }

  @Test func `a prune changes no answer about a scan that is kept`() throws {
    let pool = try chain()
    try pool.image("other.qcow2", "-b gone.qcow2 -F qcow2 -u", size: "16M")
    for change in [
      "mv base.qcow2 ../kept", "true", "qemu-img rebase -u -b x.qcow2 -F qcow2 other.qcow2",
      "mv ../kept new.qcow2", "rm new.qcow2", "true",
    ] {
      try pool.shell(change)
      try pool.scan()
    }
    let answers = {
      try ["4", "6", "7"].map { scan in
        try [
          ["list", "--all"], ["check"], ["repair"], ["orphans", "--all"], ["pools"],
          ["show", "\(pool.path)/top.qcow2"], ["dependents", "\(pool.path)/top.qcow2"],
        ].map { question in
          try Program.run(
            question + ["--output", "json"] + (question[0] == "repair" ? [] : ["--at", scan]),
            in: pool.folder, environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path]
          ).output
        }
      }
    }
    let before = try answers()
    // Scans 4, 6 and 7 are the last of three days, as far as this database knows.
    _ = try Program.shell(
      "sqlite3 db.sqlite 'UPDATE scan SET started = started + (id > 4) * 86400000 + (id > 6) "
        + "* 86400000, finished = finished + (id > 4) * 86400000 + (id > 6) * 86400000'",
      in: pool.folder)
    let dated = try answers()
    _ = try pool.backstory("prune", "--keep-daily", "3")
    #expect(try pool.backstory("scans", "--output", "json").objects.count == 3)
    #expect(try answers() == dated)
    #expect(before.count == dated.count)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a prune keeps what stood at the name of a base, however it is spelled`() throws {
    let pool = try chain()
    try pool.shell("ln -s pool ../way; mkdir ../out; mv base.qcow2 ../out/")
    let way = pool.folder.url("way").path
    try pool.image("other.qcow2", "-u -b \(way)/base.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    try pool.shell("rm ../way")
    for _ in 1...3 { try pool.scan() }
    let before = try pool.backstory("check", "--output", "json").output
    #expect(before.contains("was there until scan 1 and is gone"), "\(before)")
    #expect(try pool.backstory("prune", "--keep-last", "2").code == 0)
    #expect(try pool.backstory("check", "--output", "json").output == before)
  }

  @Test func `a prune keeps the name of an image that was needed in a kept scan and is no more`()
    throws
  {
    let pool = try chain()
    try pool.image("over.qcow2", "-b top.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("rm top.qcow2")
    for _ in 1...2 { try pool.scan() }
    let question = ["dependents", "\(pool.path)/base.qcow2", "--at", "4", "--output", "json"]
    let before = try pool.backstory(question).output
    #expect(before.contains("top.qcow2', which is gone"), "\(before)")
    try pool.shell("rm over.qcow2")
    for _ in 1...2 { try pool.scan() }
    #expect(try pool.backstory(question).output == before)
    #expect(try pool.backstory("prune", "--keep-last", "3").code == 0)
    #expect(try pool.backstory(question).output == before)
  }

  @Test func `history begins as of the first scan that is kept, and invents no change`() throws {
    let pool = try chain()
    try pool.shell("rm base.qcow2")
    try pool.scan()
    try pool.scan()
    _ = try pool.backstory("prune", "--keep-last", "1")
    let events = try pool.backstory(
      "history", "--output", "json", "\(pool.path)/top.qcow2"
    ).objects
    #expect(events.map { $0["event"] as? String } == ["as-of"])
    #expect(events.map { $0["scan"] as? Int } == [3])
  }

  @Test func `what happened between two kept scans is told as that`() throws {
    let pool = try chain()
    try pool.shell("mv top.qcow2 mid.qcow2")
    try pool.scan()
    try pool.shell("mv mid.qcow2 last.qcow2")
    try pool.scan()
    _ = try Program.shell(
      "sqlite3 db.sqlite 'UPDATE scan SET started = started + (id > 1) * 86400000, "
        + "finished = finished + (id > 1) * 86400000'", in: pool.folder)
    _ = try pool.backstory("prune", "--keep-daily", "2")
    let events = try pool.backstory(
      "history", "--output", "json", "\(pool.path)/last.qcow2"
    ).objects
    #expect(events.map { $0["event"] as? String } == ["appeared", "moved"])
    #expect(scan(events.last?["compared-with"]) == 1)
  }
}
