import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct TimeTravelTests {
  /// Every asking command, as it answers as of a scan.
  private static let questions = [
    ["list"], ["list", "--all"], ["show", "pool/top.qcow2"], ["chain", "pool/top.qcow2"],
    ["dependents", "pool/base.qcow2"], ["check"], ["broken"], ["unformatted"],
    ["orphans", "--all"], ["history", "pool/base.qcow2"], ["scans"], ["pools"], ["log"],
    ["log", "pool/top.qcow2"], ["log", "--stat", "--reverse"], ["blame", "pool/top.qcow2"],
    ["uses", "pool/base.qcow2"], ["nights"], ["why", "pool/top.qcow2"], ["churn"], ["trend"],
    ["trend", "--by", "base"], ["check", "--between", "1..latest"],
    ["bisect", "pool/top.qcow2", "--kind", "backing-missing"],
    ["bisect", "--where", "virtual_size > 20000000"],
  ]

  /// The answers after a scan; of every third also as people and spreadsheets read them.
  private func answers(_ pool: RealPool, of scan: Int, _ extra: [String] = []) throws -> [String] {
    try Self.questions.flatMap { question in
      try (scan % 3 == 0 ? ["json", "csv", "human"] : ["json"]).map { output in
        let run = try Program.run(
          question + ["--output", output] + extra, in: pool.folder,
          environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
        return "\(run.code) \(run.output)"
      }
    }
  }

  @Test func `every answer is given again byte for byte as that night`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    var nights = [try answers(pool, of: 1)]
    for change in [
      "mv base.qcow2 gold.qcow2", "qemu-img rebase -u -b gold.qcow2 -F qcow2 top.qcow2",
      "cp gold.qcow2 base.qcow2; rm gold.qcow2", "qemu-img resize -q base.qcow2 64M",
      "rm base.qcow2; qemu-img create -q -f qcow2 base.qcow2 8M", "mv top.qcow2 other.qcow2",
      "mkdir deep; mv base.qcow2 deep; mv other.qcow2 top.qcow2", "true",
    ] {
      try pool.shell(change)
      try pool.scan()
      nights.append(try answers(pool, of: nights.count + 1))
    }
    for (index, then) in nights.enumerated() {
      let again = try answers(pool, of: index + 1, ["--at", "\(index + 1)"])
      for (one, other) in zip(then, again) { #expect(one == other, "scan \(index + 1)") }
    }
  }

  @Test func `a pool that is called otherwise keeps its name for the nights before`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b gone.qcow2 -F qcow2 -u", size: "16M")
    let questions = [
      ["list"], ["list", "--pool", "old"], ["list", "--pool", "new"], ["pools"], ["check"],
      ["show", "pool/top.qcow2"], ["sql", "SELECT pool, filename FROM images_in_scan"],
    ]
    let answers = { (extra: [String]) in
      try questions.map { question in
        let run = try Program.run(
          question + ["--output", "json"] + extra, in: pool.folder,
          environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
        return "\(run.code) \(run.output)\(run.complaint)"
      }
    }
    try pool.scan("--pool", "old=\(pool.path)")
    let before = try answers([])
    try pool.scan("--pool", "new=\(pool.path)")
    let after = try answers([])
    try pool.scan()
    #expect(try answers(["--at", "1"]) == before)
    #expect(try answers(["--at", "2"]) == after)
    #expect(before[1].contains("base.qcow2"))
    #expect(before[2] == "1 backstory: there is no pool 'new'; 'backstory pools' lists them\n")
    #expect(after[2].contains("base.qcow2"))
    _ = try pool.backstory("prune", "--keep-last", "2")
    #expect(try answers(["--at", "2"])[2] == after[2])
  }

  @Test func `a query of one's own is answered again as that night`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    let queries = [
      "images_in_scan", "current_images", "references_in_scan", "current_references", "findings",
      "open_findings", "scans", "current_problems", "link", "finding", "pool", "scan", "pool_scan",
    ].map { "SELECT * FROM \($0) ORDER BY 1, 2, 3" }
    let answers = { (extra: [String]) in
      try queries.map { query in
        try Program.run(
          ["sql", query, "--output", "json"] + extra, in: pool.folder,
          environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path]
        ).output
      }
    }
    var nights = [try answers([])]
    for change in ["mv base.qcow2 gold.qcow2", "mv gold.qcow2 base.qcow2; rm top.qcow2", "true"] {
      try pool.shell(change)
      try pool.scan()
      nights.append(try answers([]))
    }
    for (index, then) in nights.enumerated() {
      let again = try answers(["--at", "\(index + 1)"])
      for (query, pair) in zip(queries, zip(then, again)) {
        #expect(pair.0 == pair.1, "scan \(index + 1): \(query)")
        #expect(pair.0.hasPrefix("["))
      }
    }
  }

  @Test func `a scan counts what a comparison with the one before shows`() throws {
    let pool = try RealPool()
    for (name, size) in [("a", "5M"), ("b", "6M"), ("c", "7M")] {
      try pool.image("\(name).qcow2", size: size)
    }
    try pool.shell("head -c 100000 /dev/urandom > blob")
    try pool.scan()
    for change in [
      "mv a.qcow2 ../kept", "mv ../kept a.qcow2", "ln a.qcow2 z.qcow2", "rm a.qcow2",
      "qemu-img create -q -u -f qcow2 -b blob -F raw top.qcow2 1M", "rm top.qcow2 z.qcow2",
      "mv b.qcow2 d.qcow2; mv c.qcow2 b.qcow2", "qemu-img create -q -f qcow2 n 9M; mv n d.qcow2",
      "mv d.qcow2 e.qcow2; qemu-img create -q -f qcow2 d.qcow2 8M", "mkdir x; mv *.qcow2 x",
      "cp x/e.qcow2 y.qcow2; rm x/e.qcow2", "true",
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

  @Test func `an image that is gone is told from one that never was`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2")
    try pool.scan()
    try pool.shell("rm top.qcow2")
    try pool.scan()
    let path = "\(pool.path)/top.qcow2"
    let gone = try pool.backstory("show", path)
    #expect(gone.code == 1)
    #expect(
      gone.complaint
        == "backstory: scan 2 knows no image '\(path)'; scan 1 was the last that did, "
        + "ask with --at 1, or see 'backstory history'\n")
    #expect(try pool.backstory("show", path, "--at", "1").code == 0)
    #expect(
      try pool.backstory("show", "\(pool.path)/x").complaint
        == "backstory: scan 2 knows no image '\(pool.path)/x'; "
        + "'backstory list' shows those it knows\n")
  }

  @Test func `thirty quiet nights add next to nothing to the database`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    for number in 0..<20 { try pool.image("i\(number).qcow2", "-b base.qcow2 -F qcow2") }
    Thread.sleep(forTimeInterval: 2.2)
    try pool.scan()
    let size = { try Data(contentsOf: pool.folder.url("db.sqlite")).count }
    let before = try size()
    for _ in 0..<30 { try pool.scan() }
    #expect(try size() - before < 30 * 512)
  }

  @Test func `a move, a removal and an addition are told apart`() throws {
    let pool = try RealPool()
    for name in ["stays", "goes", "moves"] { try pool.image("\(name).qcow2") }
    try pool.scan()
    try pool.shell("rm goes.qcow2; mv moves.qcow2 moved.qcow2")
    try pool.image("comes.qcow2")
    try pool.scan()
    let changes = try pool.backstory("diff", "--output", "json").object["changes"]
    let told = (changes as? [[String: Any]] ?? []).map {
      let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
      return "\($0["change"] ?? "") \(name)"
    }
    #expect(Set(told) == ["added comes.qcow2", "removed goes.qcow2", "moved moved.qcow2"])
    let back = try pool.backstory("diff", "--output", "json", "2", "1").object["changes"]
    #expect((back as? [[String: Any]])?.count == 3)
    #expect(try pool.backstory("diff", "--exit-code").code == 2)
    #expect(try pool.backstory("diff", "--exit-code", "2", "2").code == 0)
  }
}

@Suite(RealPool.needsQemuImg) struct ChangedBaseTests {
  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.shell("head -c 3000000 /dev/urandom > base.img; truncate -s 4M base.img")
    try pool.image("base.qcow2")
    try pool.shell("qemu-io -c 'write -P 7 0 1M' base.qcow2")
    try pool.image("a.qcow2", "-b base.img -F raw")
    try pool.image("b.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    return pool
  }

  @Test func `a base that is written under its overlay is noticed, a mere touch is not`() throws {
    let pool = try pool()
    try pool.shell("touch base.img base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("printf x | dd of=base.img bs=1 seek=1234567 conv=notrunc status=none")
    try pool.shell("qemu-io -c 'write -P 9 512k 64k' base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.img", "base-modified base.qcow2"])
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.img", "base-modified base.qcow2"])
    try pool.shell("rm a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a base that gets its old content back is whole at once`() throws {
    let pool = try pool()
    try pool.shell("cp -a base.qcow2 ../kept; qemu-io -c 'write -P 9 512k 64k' base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    try pool.shell("cp ../kept base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `old content is no cure for an overlay that was made on the new one`() throws {
    let pool = try pool()
    try pool.shell("cp -a base.qcow2 ../kept; qemu-io -c 'write -P 9 512k 64k' base.qcow2")
    try pool.image("late.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.scan()
    try pool.shell("cp ../kept base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a base that is replaced by another is noticed, by its copy is not`() throws {
    let pool = try pool()
    try pool.shell("cp base.img copy; mv copy base.img")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("qemu-img create -q -f qcow2 new 16M; mv new base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a rebase of an image in the middle is no change for those above it`() throws {
    let pool = try pool()
    try pool.image("top.qcow2", "-b b.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 gold.qcow2; qemu-img rebase -u -b gold.qcow2 -F qcow2 b.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a raw disk that grows a header and an image that loses its own are alarms`() throws {
    let pool = try RealPool()
    try pool.shell("truncate -s 1M raw.img")
    try pool.image("disk.qcow2")
    try pool.scan()
    try pool.shell("dd if=disk.qcow2 of=raw.img bs=64k count=3 conv=notrunc status=none")
    try pool.shell("dd if=/dev/zero of=disk.qcow2 bs=64k count=1 conv=notrunc status=none")
    try pool.scan()
    #expect(
      try pool.findings() == ["header-appeared raw.img", "header-vanished disk.qcow2"])
    try pool.shell("dd if=/dev/zero of=raw.img bs=64k count=3 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["header-vanished disk.qcow2"])
    // One that is cut, or emptied, has lost its header as well.
    try pool.shell("qemu-img create -q -f vdi cut.vdi 4M; qemu-img create -q -f qcow2 none.img 4M")
    try pool.scan()
    try pool.shell("truncate -s 20 cut.vdi; : >none.img")
    for _ in 1...2 {
      try pool.scan()
      #expect(
        try pool.findings() == [
          "header-vanished cut.vdi", "header-vanished disk.qcow2", "header-vanished none.img",
        ])
    }
  }
}
