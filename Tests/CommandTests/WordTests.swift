import Foundation
import Testing

/// What people say of findings: `ack` and `settle`.
@Suite(RealPool.needsQemuImg) struct WordTests {
  /// What steers a terminal, ends a quote, a cell, a comment or a script, or looks like a formula.
  static let nasty = "=1+1,\"'`$(id)\n\u{1b}[31m\u{202e}\r</script><b>|;\\"

  /// Two overlays whose base is missing.
  private func broken() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("a.qcow2", "-u -b none.qcow2 -F qcow2", size: "1M")
    try pool.image("b.qcow2", "-u -b none.qcow2 -F qcow2", size: "1M")
    try pool.scan()
    return pool
  }

  private func check(_ pool: RealPool, _ more: String...) throws -> Run {
    try Program.run(
      ["check", "--output", "json"] + more, in: pool.folder,
      environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
  }

  private func acknowledged(_ pool: RealPool, _ more: String...) throws -> [String] {
    try check(pool).objects.filter { $0["acknowledged"] != nil }.map {
      String(($0["filename"] as? String ?? "").split(separator: "/").last ?? "")
    }
  }

  @Test func `what is acknowledged stays open, says by whom and counts for no exit code`() throws {
    let pool = try broken()
    #expect(try check(pool).code == 2)
    let said = try pool.backstory(
      "ack", pool.path + "/a.qcow2", "--reason", "known", "--until", "2999-12-31", "--output",
      "json")
    #expect(said.code == 0)
    let word = try #require(said.objects.first)
    #expect((word["finding"] as? [String: Any])?["kind"] as? String == "backing-missing")
    #expect((word["finding"] as? [String: Any])?["acknowledged"] == nil)
    #expect(word["reason"] as? String == "known")
    #expect(word["by"] as? String != "")
    #expect((word["until"] as? String)?.hasPrefix("2999-12-31T00:00:00") == true)
    #expect((word["since"] as? [String: Any])?["scan"] as? Int == 1)
    #expect(try acknowledged(pool) == ["a.qcow2"])
    #expect(try check(pool).code == 2)
    #expect(try pool.backstory("ack", "--kind", "backing-missing").code == 0)
    let both = try check(pool)
    #expect(both.code == 0)
    #expect(both.objects.count == 2)
    #expect(try pool.backstory("broken").code == 0)
    #expect(try pool.backstory("check").output.contains("2 findings acknowledged"))
    #expect(try pool.backstory("check", "--group", "image").output.contains("Acknowledged (2)"))
    let monitor = try pool.backstory("monitor")
    #expect(monitor.code == 0)
    #expect(monitor.output.contains("0 errors, 0 warnings"))
    #expect(monitor.output.contains("2 acknowledged"))
    let metrics = try pool.backstory("metrics").output
    #expect(metrics.contains("backstory_acknowledged_findings{pool=\"\(pool.path)\"} 2\n"))
    #expect(metrics.contains("kind=\"backing-missing\",severity=\"error\"} 0\n"))
    #expect(try pool.backstory("report", "night.html").code == 0)
    let page = try pool.folder.text("night.html")
    #expect(page.contains("Nothing needs attention."))
    #expect(page.contains("Acknowledged (2)"))
    try pool.scan()
    #expect(try check(pool).code == 0)
    #expect(try acknowledged(pool) == ["a.qcow2", "b.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a finding that closes and opens again, or is about something else, counts again`()
    throws
  {
    let pool = try broken()
    #expect(try pool.backstory("ack", "--kind", "backing-missing").code == 0)
    try pool.shell("qemu-img rebase -u -b other.qcow2 -F qcow2 a.qcow2")
    try pool.scan()
    #expect(try acknowledged(pool) == ["b.qcow2"])
    #expect(try check(pool).code == 2)
    try pool.image("none.qcow2", size: "1M")
    try pool.scan()
    try pool.shell("rm none.qcow2")
    try pool.scan()
    #expect(try acknowledged(pool) == [])
    #expect(try check(pool).code == 2)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a base that is written to again is not the change that was known`() throws {
    let pool = try spoilt()
    #expect(try pool.backstory("ack", pool.path + "/base.qcow2").code == 0)
    #expect(try check(pool).code == 0)
    try pool.scan()
    #expect(try check(pool).code == 0)
    try pool.shell("qemu-io -c 'write -P 3 256k 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try check(pool).code == 2)
  }

  @Test func `a word is asked for as of a scan, taken back, and told in the history`() throws {
    let pool = try broken()
    try pool.scan()
    #expect(
      try pool.backstory("ack", pool.path + "/a.qcow2", "--reason", "first").code == 0)
    try pool.scan()
    #expect(try pool.backstory("ack", "--end", pool.path + "/a.qcow2").code == 0)
    #expect(try check(pool).code == 2)
    #expect(try acknowledged(pool) == [])
    for (scan, count) in [(1, 0), (2, 1), (3, 0)] {
      let list = try pool.backstory("ack", "--list", "--at", "\(scan)", "--output", "json")
      #expect(list.objects.count == count)
      let found = try check(pool, "--at", "\(scan)").objects
      #expect(found.filter { $0["acknowledged"] != nil }.count == count)
    }
    let again = try pool.backstory("ack", "--end", pool.path + "/a.qcow2")
    #expect(again.code == 1)
    #expect(again.complaint.contains("nothing is acknowledged"))
    let events = try pool.backstory("history", pool.path + "/a.qcow2", "--output", "json").objects
    let told = try #require(events.first { $0["event"] as? String == "acknowledged" })
    #expect(told["reason"] as? String == "first")
    #expect(told["scan"] as? Int == 2)
    #expect((told["finding"] as? [String: Any])?["kind"] as? String == "backing-missing")
    #expect(try pool.backstory("prune", "--keep-last", "2").code == 0)
    #expect(try pool.backstory("ack", "--list", "--at", "2", "--output", "json").objects.count == 1)
    #expect(try pool.backstory("prune", "--keep-last", "1").code == 0)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `what nobody can mean is refused, and then nothing is said`() throws {
    let pool = try broken()
    try pool.image("good.qcow2")
    try pool.scan()
    let mixed = try pool.backstory("ack", pool.path + "/a.qcow2", pool.path + "/good.qcow2")
    #expect(mixed.code == 1)
    #expect(mixed.complaint.contains("good.qcow2"))
    #expect(try acknowledged(pool) == [])
    for words in [
      ["ack"], ["ack", "--list", "x"], ["ack", "--pool", pool.path], ["ack", "--kind", "nothing"],
      ["ack", "--kind", "backing-loop"], ["ack", pool.path + "/unknown"], ["ack", "#x"],
      ["ack", pool.path + "/a.qcow2", "--until", "2020-01-01"],
      ["ack", pool.path + "/a.qcow2", "--until", "yesterday"],
      ["ack", "--end", pool.path + "/a.qcow2", "--reason", "x"],
      ["ack", "--at", "1", pool.path + "/a.qcow2"],
      ["ack", "--kind", "backing-missing", "--pool", "none"],
      ["ack", pool.path + "/a.qcow2", "--reason", String(repeating: "x", count: 5000)],
      ["settle", "--kind", "backing-missing"], ["settle", pool.path + "/a.qcow2"], ["settle"],
      ["keep"], ["keep", pool.path + "/unknown"], ["keep", "--end", pool.path + "/a.qcow2"],
    ] {
      let run = try Program.run(
        words, in: pool.folder, environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
      #expect(run.code == 1, "\(words)")
      #expect(run.complaint.isEmpty == false)
    }
    #expect(try check(pool).objects.filter { $0["acknowledged"] != nil }.isEmpty)
  }

  @Test func `the day ends a word, and an earlier scan is answered as before`() throws {
    let pool = try broken()
    #expect(
      try pool.backstory("ack", "--kind", "backing-missing", "--until", "2999-01-01").code == 0)
    try pool.scan()
    #expect(try check(pool).code == 0)
    // The day has come, and no scan since.
    try pool.sqlite("UPDATE acknowledgement SET ends = 1 + (SELECT max(finished) FROM scan)")
    #expect(try check(pool).code == 2)
    #expect(try pool.backstory("monitor").code == 2)
    #expect(try pool.backstory("ack", "--list", "--output", "json").objects.isEmpty)
    try pool.scan()
    #expect(try check(pool).code == 2)
    #expect(try check(pool, "--at", "2").code == 0)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a nasty reason steers nothing, whatever the output`() throws {
    let pool = try spoilt()
    for verb in ["ack", "settle", "keep"] {
      let said = try pool.backstory(
        verb, pool.path + "/base.qcow2", "--reason", Self.nasty, "--output", "json")
      #expect(said.objects.first?["reason"] as? String == Self.nasty, "\(verb)")
      for words in [
        [verb, "--list"], ["check"], ["check", "--since", "1"],
        ["history", pool.path + "/base.qcow2"],
        ["orphans", "--all"], ["dependents", pool.path + "/base.qcow2"],
        ["show", pool.path + "/base.qcow2"], ["monitor"], ["metrics"], ["orphans", "--script"],
      ] {
        for output in [["--output", "csv"], ["--output", "human"]]
        where !["monitor", "metrics"].contains(words[0]) || output[1] == "csv" {
          let more = ["monitor", "metrics"].contains(words[0]) ? [] : output
          let run = try Program.run(
            words + more, in: pool.folder,
            environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
          let steering = run.output.unicodeScalars.filter {
            ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202e
          }
          #expect(steering.isEmpty, "\(words) \(output)")
          if output[1] == "csv", words[0] != "orphans" || words[1] == "--all" {
            #expect(!run.output.contains(",=1+1") && !run.output.contains(",\"=1+1"))
          }
        }
      }
    }
    #expect(try pool.backstory("report", "night.html").code == 0)
    #expect(try !pool.folder.text("night.html").contains("</script><b>"))
  }

  @Test func `who says it is who called sudo`() throws {
    let pool = try broken()
    let said = try Program.run(
      ["ack", "--kind", "backing-missing", "--output", "json"], in: pool.folder,
      environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path, "SUDO_USER": "alice"])
    #expect(said.objects.map { $0["by"] as? String } == ["alice", "alice"])
  }

  @Test func `a word waits for a scan of the database, or says that one is running`() throws {
    let pool = try broken()
    let words = "\"$BACKSTORY\" ack --db db.sqlite --kind backing-missing"
    let refused = try Program.shell("flock db.sqlite.lock \(words)", in: pool.folder)
    #expect(refused.code == 1)
    #expect(refused.complaint.contains("is already using the database"))
    let waiting = try Program.shell(
      "flock db.sqlite.lock sleep 0.5 & sleep 0.2; \(words) --wait", in: pool.folder)
    #expect(waiting.code == 0)
    #expect(try acknowledged(pool) == ["a.qcow2", "b.qcow2"])
  }
}

extension WordTests {
  /// A base that was written to after its overlay was made, told by the last scan.
  private func spoilt() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.shell("qemu-io -c 'write -P 1 0 1M' base.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 9 64k 64k' top.qcow2 >/dev/null")
    try pool.scan()
    try pool.shell("qemu-io -c 'write -P 7 512k 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    return pool
  }

  private func settle(_ pool: RealPool, _ more: String...) throws -> Run {
    try Program.run(
      ["settle", "--output", "json"] + more, in: pool.folder,
      environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
  }

  @Test func `a base is settled at once, and told again when it is written to again`() throws {
    let pool = try spoilt()
    let said = try settle(pool, pool.path + "/base.qcow2", "--reason", "patched")
    #expect(said.code == 0)
    let finding = try #require(said.objects.first?["finding"] as? [String: Any])
    #expect(finding["kind"] as? String == "base-modified")
    #expect((finding["closed"] as? [String: Any])?["scan"] as? Int == 2)
    #expect(try pool.findings() == [])
    #expect(try pool.backstory("check").code == 0)
    let image = try pool.backstory("show", pool.path + "/top.qcow2", "--output", "json").object
    #expect((image["findings"] as? [Any])?.isEmpty == true)
    #expect(image["base-modified"] == nil)
    #expect(try settle(pool, pool.path + "/base.qcow2").code == 1)
    for _ in 1...2 { try pool.scan() }
    #expect(try pool.findings() == [])
    #expect(try pool.backstory("verify").output.contains("passed"))
    let events = try pool.backstory("history", pool.path + "/base.qcow2", "--output", "json")
      .objects
    #expect(
      events.map { $0["event"] as? String } == [
        "appeared", "changed", "finding-opened", "settled",
      ])
    #expect(events.last?["reason"] as? String == "patched")
    #expect(events.last?["by"] as? String != nil)
    let since = try pool.backstory("check", "--since", "1", "--output", "json").objects
    #expect((since.first?["settled"] as? [String: Any])?["reason"] as? String == "patched")
    try pool.shell("qemu-io -c 'write -P 3 256k 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
    #expect(try pool.findings("--at", "1") == [])
  }

  @Test func `what changes between the word and the next scan is told by that scan`() throws {
    let pool = try spoilt()
    #expect(try settle(pool, pool.path + "/base.qcow2").code == 0)
    try pool.shell("qemu-io -c 'write -P 3 256k 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    let open = try pool.backstory("check", "--output", "json").objects
    #expect((open.first?["since"] as? [String: Any])?["scan"] as? Int == 3)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test(arguments: [0, 1, 2])
  func `what is settled can be taken back, however many scans later`(scans: Int) throws {
    let pool = try spoilt()
    #expect(try settle(pool, pool.path + "/base.qcow2").code == 0)
    for _ in 0..<scans { try pool.scan() }
    #expect(try settle(pool, "--list").objects.count == 1)
    #expect(try settle(pool, "--end", pool.path + "/base.qcow2").code == 0)
    #expect(try settle(pool, "--list").objects.isEmpty)
    if scans > 0 { try pool.scan() }
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a header that a guest may have written is settled, and told when it is another`()
    throws
  {
    let pool = try RealPool()
    try pool.shell("head -c 4194304 /dev/urandom >disk.img")
    try pool.scan()
    try pool.shell(
      "qemu-img create -q -f qcow2 ../h 1M && dd if=../h of=disk.img conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["header-appeared disk.img"])
    #expect(try settle(pool, "--kind", "header-appeared").code == 0)
    #expect(try pool.findings() == [])
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("dd if=/dev/zero of=disk.img bs=64k count=1 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["header-vanished disk.img"])
    #expect(try settle(pool, pool.path + "/disk.img").code == 0)
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try settle(pool, "--end", pool.path + "/disk.img").code == 0)
    try pool.scan()
    #expect(try pool.findings().isEmpty == false)
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `an overlay that was set on another base is settled, and its old base is free`()
    throws
  {
    let pool = try RealPool()
    for (base, pattern) in [("a", 1), ("b", 2)] {
      try pool.image("\(base).qcow2")
      try pool.shell("qemu-io -c 'write -P \(pattern) 0 1M' \(base).qcow2 >/dev/null")
    }
    try pool.image("top.qcow2", "-b a.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 9 64k 64k' top.qcow2 >/dev/null")
    try pool.scan()
    try pool.shell("qemu-img rebase -u -b b.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed top.qcow2"])
    let base = pool.path + "/a.qcow2"
    #expect(try pool.backstory("dependents", "--exit-code", base).code == 2)
    #expect(try settle(pool, pool.path + "/top.qcow2").code == 0)
    #expect(try pool.findings() == [])
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try pool.backstory("dependents", "--exit-code", base).code == 0)
    #expect(try pool.backstory("verify").code == 0)
    #expect(try settle(pool, "--end", pool.path + "/top.qcow2").code == 0)
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed top.qcow2"])
    #expect(try pool.backstory("dependents", "--exit-code", base).code == 2)
  }

  @Test func `a prune keeps what is settled, and what takes it back`() throws {
    let pool = try spoilt()
    #expect(try settle(pool, pool.path + "/base.qcow2").code == 0)
    for _ in 1...3 { try pool.scan() }
    #expect(try pool.backstory("prune", "--keep-last", "1").code == 0)
    #expect(try pool.backstory("verify").code == 0)
    #expect(try settle(pool, "--list").objects.count == 1)
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try settle(pool, "--end", pool.path + "/base.qcow2").code == 0)
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }
}

extension RealPool {
  /// Runs SQL on the database behind the program's back.
  func sqlite(_ sql: String) throws {
    let run = try Program.shell("sqlite3 db.sqlite \"\(sql)\"", in: folder)
    #expect(run.code == 0, "\(run.complaint)")
  }
}
