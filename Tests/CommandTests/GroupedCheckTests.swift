import Foundation
import Testing

/// What eyes see of many findings; programs get each of them.
@Suite(RealPool.needsQemuImg) struct GroupedCheckTests {
  private let pool: RealPool

  /// A lost base under overlays in four directories, each of which spells it otherwise, with some on top.
  init() throws {
    pool = try RealPool()
    try pool.image("gold.qcow2")
    for folder in 1...4 {
      try pool.shell("mkdir c\(folder)")
      for image in 1...3 {
        try pool.image("c\(folder)/\(image).qcow2", "-b ../gold.qcow2 -F qcow2")
      }
      try pool.image("c\(folder)/top.qcow2", "-b 1.qcow2 -F qcow2")
    }
    try pool.image("whole.qcow2")
    try pool.shell(
      "qemu-img create -q -f raw r 1M; for n in 1 2; do qemu-img create -q -u -f qcow2 -b r -F qcow2 x$n 1M; done; rm r"
    )
    try pool.scan()
    try pool.shell("mv gold.qcow2 ../gone.qcow2")
    try pool.scan()
  }

  private func check(_ more: String...) throws -> String {
    try pool.backstory(["check"] + more).output
  }

  @Test func `one lost base is one group, first, with all that hangs on it`() throws {
    let page = try check()
    #expect(page.ranges(of: "lost gold.qcow2").count == 1)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("18 images in error from 2 causes as of scan 2 (") == true)
    #expect(lines.dropFirst(2).first?.hasPrefix("✕ 16 images lost gold.qcow2") == true)
    #expect(page.contains("    \(pool.path)/gold.qcow2\n"))
    #expect(page.contains("12 images name it, 4 depend on those"))
    #expect(page.contains("chain       top.qcow2 → 1.qcow2 → ✕ gold.qcow2"))
    #expect(page.contains("  do          backstory repair --cause "))
    #expect(!page.contains("/../"))
  }

  @Test func `a line for each group, a line for each kind, and each finding by itself`() throws {
    let brief = try check("--brief").split(separator: "\n")
    #expect(brief.count == 3 && brief[1].contains("16 images lost gold.qcow2"))
    let kinds = try check("--group", "kind")
    #expect(kinds.contains("backing-missing        14       2      18"))
    let images = try check("--group", "image")
    #expect(images.contains("Errors (14)") && images.contains("and so for"))
    #expect(try check("--limit", "1").ranges(of: "  do ").count == 1)
    #expect(try check("--sort", "path").contains("lost gold"))
  }

  @Test func `a cause has all its images when all are wanted`() throws {
    let page = try check("--kind", "backing-missing", "--all")
    for folder in 1...4 { #expect(page.contains("\(pool.path)/c\(folder)/3.qcow2 (#")) }
    for wrong in [["--limit", "0"], ["--all", "--brief"], ["--group", "kind", "--brief"]] {
      #expect(try pool.backstory(["check"] + wrong).code == 1)
    }
  }

  @Test func `programs get every finding, however eyes want them`() throws {
    let plain = try pool.backstory("check", "--output", "json")
    #expect(plain.objects.count == 14)
    for more in [
      ["--brief"], ["--group", "kind"], ["--all"], ["--limit", "1"], ["--sort", "age"],
    ] {
      let run = try pool.backstory(["check", "--output", "json"] + more)
      #expect(run.output == plain.output && run.code == 2)
    }
    #expect(try pool.backstory("status", "--output", "json").output.contains("\"images\": 16"))
  }

  @Test func `images that each have a fault of their own are told together, by what is to be done`()
    throws
  {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    for number in 1...3 {
      try pool.image("\(number).qcow2", "-b base.qcow2 -F qcow2")
      try pool.forgetBackingFormat("\(number).qcow2")
    }
    try pool.scan()
    let page = try pool.backstory("check").output
    #expect(page.contains("✕ 3 images: no format is recorded for the base"))
    #expect(page.contains(")  cause ") && page.contains("3 causes"))
    #expect(page.contains("backstory repair --kind backing-format-unrecorded"))
  }

  @Test func `what only informs, and what is unused, is a line until it is asked for`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.shell("qemu-img create -q -u -f qcow2 -b nbd://h/x -F raw far.qcow2 1M")
    try pool.scan()
    let page = try pool.backstory("check").output
    #expect(page.contains("· 1 image: the chain continues over a network"))
    #expect(!page.contains("  open "))
    #expect(try pool.backstory("check", "--kind", "backing-remote").output.contains("  open "))
  }
}

/// Which images of a list are wanted, and in which order.
@Suite(RealPool.needsQemuImg) struct SelectionTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.image("base.qcow2")
    for name in ["web-1", "web-2", "db-1"] {
      try pool.image("\(name).qcow2", "-b base.qcow2 -F qcow2")
    }
    try pool.shell("mkdir old; qemu-io -c 'write 0 4M' db-1.qcow2; cp db-1.qcow2 old/web-3.qcow2")
    try pool.image("old/lost.qcow2", "-u -b nothing.qcow2 -F qcow2", size: "1M")
    try pool.image("old/top.qcow2", "-u -b lost.qcow2 -F qcow2", size: "1M")
    try pool.scan()
  }

  private func list(_ more: String...) throws -> [String] {
    try pool.backstory(["list", "--output", "json"] + more).objects.compactMap {
      ($0["filename"] as? String)?.split(separator: "/").last.map(String.init)
    }
  }

  @Test func `names, paths, sizes and faults choose images`() throws {
    #expect(try list("web-*") == ["web-1.qcow2", "web-2.qcow2", "web-3.qcow2"])
    #expect(try list("old/*3*", "db-?.qcow2") == ["db-1.qcow2", "web-3.qcow2"])
    #expect(try list("\(pool.path)/w*") == ["web-1.qcow2", "web-2.qcow2"])
    #expect(try list("--larger", "4M") == ["db-1.qcow2", "web-3.qcow2"])
    #expect(try list("--broken") == ["lost.qcow2", "top.qcow2", "web-3.qcow2"])
    #expect(try list("--in-use").isEmpty)
    #expect(try list("--sort", "size", "--limit", "2") == ["db-1.qcow2", "web-3.qcow2"])
    #expect(try list("--sort", "name", "--limit", "1") == ["base.qcow2"])
    #expect(try pool.backstory("list", "--limit", "1").output.contains("1 image of 7"))
    #expect(try pool.backstory("list", "--larger", "much").code == 1)
  }

  @Test func `orphans are a table, the largest first, and what all have in common is said once`()
    throws
  {
    try pool.shell("cp web-1.qcow2 web-4.qcow2; rm web-1.qcow2 web-2.qcow2 db-1.qcow2 old/*")
    try pool.shell("qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 two.qcow2; rm two.qcow2")
    for _ in 1...2 { try pool.scan() }
    let page = try pool.backstory("orphans", "--all").output
    #expect(page.contains("FREES") && page.contains("FILENAME"))
    #expect(try pool.backstory("orphans", "--all", "none*").output.hasPrefix("No orphans"))
  }

  @Test func `a difference leaves out what is not wanted only where that is said`() throws {
    try pool.shell("qemu-io -c 'write 0 1M' web-1.qcow2; rm web-2.qcow2")
    try pool.scan()
    let plain = try pool.backstory("diff", "--output", "json").object
    #expect((plain["changes"] as? [Any])?.count == 2)
    let page = try pool.backstory("diff").output
    #expect(page.contains("1 image in use or written to") && !page.contains("M \(pool.path)/web-1"))
    #expect(try pool.backstory("diff", "--all").output.contains("M \(pool.path)/web-1.qcow2"))
    let ignoring = ["diff", "--ignore", "actual-size,modified,file-size", "--output", "json"]
    #expect((try pool.backstory(ignoring).object["changes"] as? [Any])?.count == 1)
    #expect(try pool.backstory("diff", "--name-only").output.hasSuffix("/web-2.qcow2\n"))
    #expect(try pool.backstory("diff", "--stat").output.contains("1 removed"))
    let name = try pool.backstory("pools", "--output", "json").objects.first?["name"] as? String
    #expect(try pool.backstory("diff", "--pool", try #require(name)).output.contains("1 removed"))
    for wrong in [["--pool", "none"], ["--ignore", "colour"], ["--stat", "--all"]] {
      #expect(try pool.backstory(["diff"] + wrong).code == 1)
    }
  }

  @Test func `a long answer goes through a pager on a terminal, and nowhere else`() throws {
    let database = pool.folder.url("db.sqlite").path
    let line = """
      PATH=/usr/bin:/bin; export PATH; PAGER='sed s/^/paged:/'; export PAGER
      $BACKSTORY list --db \(database) > piped
      command -v script > /dev/null || exit 9
      script -qec "$BACKSTORY list --db \(database)" /dev/null > shown
      script -qec "$BACKSTORY list --db \(database) --no-pager" /dev/null > plain
      script -qec "$BACKSTORY list --db \(database) --output json" /dev/null > json
      BACKSTORY_PAGER= script -qec "$BACKSTORY list --db \(database)" /dev/null > emptied
      BACKSTORY_PAGER=/none script -qec "$BACKSTORY list --db \(database)" /dev/null > unpaged
      """
    let run = try Program.shell(line, in: pool.folder)
    guard run.code != 9 else { return }
    #expect(try pool.folder.text("shown").contains("paged:"))
    for name in ["piped", "plain", "json", "emptied", "unpaged"] {
      #expect(try !pool.folder.text(name).contains("paged:"), "\(name)")
      #expect(try pool.folder.text(name).contains("base.qcow2"), "\(name)")
    }
  }

  @Test func `a command that is none gets a suggestion`() throws {
    #expect(try Program.run("chek").complaint.hasSuffix("did you mean 'check'?\n"))
    #expect(try Program.run("xyzzy").complaint.contains("there is no command 'xyzzy'"))
    #expect(try Program.run("xyzzy").code == 1)
  }
}
