import Foundation
import Testing

/// What a broken reference may mean is never called an orphan.
@Suite(RealPool.needsQemuImg) struct BrokenClaimTests {
  /// A base, an overlay on it that the domain `web` uses, and an image of nobody.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("mid.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("web.qcow2", "-b mid.qcow2 -F qcow2")
    try tree.images.image("nobody.qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    return tree
  }

  /// Nights enough for whatever is unused; the orphans after them.
  private func orphansAfterNights(
    _ tree: LibvirtTree, _ unused: [String] = ["nobody.qcow2"]
  ) throws -> [String] {
    for _ in 1...3 { try tree.scan() }
    let script = try tree.backstory(["orphans", "--script"])
    let moved = script.output.split(separator: "\n").filter { $0.hasPrefix("  mv ") }
    #expect(
      moved.allSatisfy { line in unused.contains { line.contains($0) } }, "\(moved)")
    return try tree.orphans()
  }

  @Test(arguments: [
    // A base that was moved, or renamed.
    "mkdir golden; mv base.qcow2 golden/", "mv base.qcow2 debian.qcow2",
    // A link in the middle of the chain that is lost, and the top overlay that was deleted by hand.
    "rm mid.qcow2", "rm web.qcow2",
    // A machine's own disk that was moved, with all below it.
    "mkdir new; mv web.qcow2 new/", "mkdir new; mv web.qcow2 mid.qcow2 new/",
  ])
  func `what stood below a broken link is awaited`(accident: String) throws {
    let tree = try tree()
    try tree.images.shell(accident)
    #expect(try orphansAfterNights(tree) == ["orphan nobody.qcow2"])
    let all = try tree.objects("orphans", "--all")
    let awaited = all.filter { $0["verdict"] as? String == "awaited" }
    #expect(!awaited.isEmpty && awaited.count == all.count - 1, "\(all)")
    for image in awaited {
      #expect((image["evidence"] as? [String])?.last == "see 'backstory repair'")
      let claims = image["claims"] as? [[String: Any]] ?? []
      #expect(!claims.isEmpty)
      #expect(claims.allSatisfy { $0["role"] is String && $0["why"] is String })
      #expect(claims.allSatisfy { $0["domain"] is String || $0["filename"] is String })
    }
  }

  @Test func `without domains a moved base is no orphan, and is one once its overlays are gone`()
    throws
  {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mkdir golden; mv base.qcow2 golden/")
    for _ in 1...3 { try pool.scan() }
    #expect(try pool.backstory("orphans", "--output", "json").objects.isEmpty)
    #expect(try pool.findings("--kind", "orphan") == [])
    #expect(try pool.backstory("metrics").output.contains("backstory_reclaimable_bytes 0\n"))
    let asked = try pool.backstory("dependents", "--exit-code", "\(pool.path)/golden/base.qcow2")
    #expect(asked.code == 2, "\(asked.output)")
    // The grace begins when nothing may mean it any more.
    try pool.shell("rm web.qcow2")
    try pool.scan()
    #expect(try pool.findings("--kind", "orphan") == [])
    try pool.scan()
    #expect(try pool.findings("--kind", "orphan") == ["orphan base.qcow2"])
  }

  @Test func `a missing disk holds what has its name, under whatever path`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir volumes old")
    try tree.images.image("volumes/volume-1.qcow2")
    try tree.images.image("old/template.qcow2")
    try tree.images.image("nobody.qcow2")
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -u -b 'C:\\images\\Template.qcow2' -F qcow2 top.qcow2 16M")
    try tree.define(
      "web", tree.disk("/var/lib/nova/mnt/0a/volume-1.qcow2"), tree.disk("top.qcow2", "vdb"))
    #expect(try orphansAfterNights(tree) == ["orphan nobody.qcow2"])
  }

  @Test func `a base that stands nowhere is asked about by its path and by its number`() throws {
    let tree = try tree()
    let listed = try tree.objects("list").first {
      ($0["filename"] as? String)?.hasSuffix("/base.qcow2") == true
    }
    let number = try #require(listed?["image-id"] as? Int)
    try tree.images.shell(
      "rm base.qcow2; qemu-img create -q -f qcow2 -u -b /nowhere/else.qcow2 -F qcow2 far.qcow2 16M")
    try tree.scan()
    for base in [tree.path("base.qcow2"), "#\(number)"] {
      let found = try tree.objects("dependents", base)
      #expect(found.compactMap { $0["domain"] as? String } == ["web"])
      let images = found.compactMap { ($0["filename"] as? String)?.split(separator: "/").last }
      #expect(images == ["mid.qcow2", "web.qcow2"])
      #expect(found.allSatisfy { $0["certain"] == nil })
      #expect(try tree.backstory(["dependents", "--exit-code", base]).code == 2)
    }
    let far = try tree.objects("dependents", "/nowhere/else.qcow2")
    #expect(
      far.compactMap { ($0["filename"] as? String)?.split(separator: "/").last } == ["far.qcow2"])
    #expect(try tree.backstory(["dependents", "--exit-code", "/nowhere/at-all.qcow2"]).code == 1)
  }

  @Test func `two scans within the age of the grace make no orphan`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("rm web.qcow2")
    for _ in 1...3 { try pool.scan(pool.path, "--grace-age", "12h") }
    #expect(try pool.findings("--kind", "orphan") == [])
    let said = try pool.backstory("orphans", "--all", "--output", "json").objects
    #expect(said.map { $0["verdict"] as? String } == ["unknown"])
    #expect(
      (said.first?["evidence"] as? [String])?.last
        == "the first and the last of them are 0 hours apart, of 12 that make it certain")
    try pool.scan(pool.path, "--grace-age", "0h")
    #expect(try pool.findings("--kind", "orphan") == ["orphan base.qcow2"])
  }

  @Test func `an overlay that was set on another base by its header alone still awaits the first`()
    throws
  {
    let pool = try RealPool()
    for base in ["one.qcow2", "two.qcow2"] {
      try pool.image(base)
      try pool.shell("qemu-io -c 'write -P \(base == "one.qcow2" ? 1 : 2) 0 1M' \(base)")
    }
    try pool.image("web.qcow2", "-b one.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("qemu-img rebase -u -b two.qcow2 -F qcow2 web.qcow2")
    for _ in 1...3 { try pool.scan() }
    #expect(try pool.findings("--kind", "orphan") == [])
    #expect(try pool.backstory("dependents", "--exit-code", "\(pool.path)/one.qcow2").code == 2)
  }

  @Test func `a reference that an orphan has is told as one`() throws {
    let tree = try tree()
    try tree.images.shell(
      "mkdir a; qemu-img create -q -f qcow2 a/tmpl.qcow2 16M; "
        + "qemu-img create -q -f qcow2 -u -b tmpl.qcow2 -F qcow2 lonely.qcow2 16M")
    #expect(
      try orphansAfterNights(tree, ["nobody.qcow2", "lonely.qcow2"]) == [
        "orphan lonely.qcow2", "orphan nobody.qcow2",
      ])
    let awaited = try tree.objects("orphans", "--all").first {
      $0["verdict"] as? String == "awaited"
    }
    let evidence = try #require(awaited?["evidence"] as? [String])
    #expect(evidence.last == "only an unused image may need it; repair that one or move it first")
    try tree.images.shell("rm lonely.qcow2")
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.orphans().contains("orphan tmpl.qcow2"))
  }

  @Test func `dependents names who led to an image before, and says that it is not certain`() throws
  {
    let tree = try tree()
    try tree.images.shell("mkdir new; mv base.qcow2 new/; rm mid.qcow2")
    try tree.scan()
    let found = try tree.objects("dependents", tree.path("new/base.qcow2"))
    let names = found.map { $0["domain"] as? String ?? ($0["filename"] as? String ?? "") }
    #expect(names == ["\(tree.pool)/web.qcow2", "web"])
    #expect(found.allSatisfy { $0["certain"] as? Bool == false && $0["why"] is String })
    let run = try tree.backstory(["dependents", "--exit-code", tree.path("new/base.qcow2")])
    #expect(run.code == 2)
    #expect(run.output.contains("not certain"))
    // What leads to it is certain, and says nothing of it.
    let certain = try tree.objects("dependents", "--at", "1", tree.path("base.qcow2"))
    #expect(certain.count == 3)
    #expect(certain.allSatisfy { $0["certain"] == nil })
  }

  @Test func `a base that moved while its overlay was out of sight is awaited`() throws {
    let pool = try RealPool()
    let files = FileManager.default
    let (other, away) = (pool.folder.url("other").path, pool.folder.url("away").path)
    try pool.shell("mkdir ../machines && qemu-img create -q -f qcow2 ../base.qcow2 16M")
    try pool.shell("mkdir ../other && mv ../base.qcow2 ../other/")
    let machine = "<domain type='kvm'><name>m</name><os><type>hvm</type></os><devices/></domain>"
    try machine.write(
      to: pool.folder.url("machines/m.xml"), atomically: true, encoding: .utf8)
    let scan = [pool.path, other, "--domains", pool.folder.url("machines").path]
    try pool.scan(scan[0], scan[1], scan[2], scan[3])
    // The overlay comes while its base is out of sight, and the base moves while the overlay is.
    try files.moveItem(atPath: other, toPath: away)
    try pool.image("web.qcow2", "-u -b \(other)/../other/base.qcow2 -F qcow2", size: "16M")
    try pool.scan(scan[0], scan[1], scan[2], scan[3])
    try files.moveItem(atPath: away, toPath: other)
    try files.moveItem(atPath: other + "/base.qcow2", toPath: other + "/moved.qcow2")
    try files.moveItem(atPath: pool.path, toPath: away)
    try pool.scan(scan[0], scan[1], scan[2], scan[3])
    try files.moveItem(atPath: away, toPath: pool.path)
    for _ in 1...3 { try pool.scan(scan[0], scan[1], scan[2], scan[3]) }
    #expect(try pool.findings("--kind", "orphan") == ["orphan web.qcow2"])
  }

  @Test func `an overlay that stood at the name of its base still awaits what it was made on`()
    throws
  {
    let pool = try RealPool()
    try pool.shell("mkdir ../machines")
    let machine = "<domain type='kvm'><name>m</name><os><type>hvm</type></os><devices/></domain>"
    try machine.write(
      to: pool.folder.url("machines/m.xml"), atomically: true, encoding: .utf8)
    let domains = pool.folder.url("machines").path
    try pool.image("base.qcow2", "-u -b nowhere.qcow2 -F qcow2", size: "16M")
    try pool.image("web.qcow2", "-u -b base.qcow2 -F qcow2", size: "16M")
    try pool.scan(pool.path, "--domains", domains)
    try pool.shell("cp base.qcow2 ../saved && mv web.qcow2 base.qcow2")
    try pool.scan(pool.path, "--domains", domains)
    // The old base is restored into the file of the overlay, and copied.
    try pool.shell("cat ../saved >base.qcow2 && mv base.qcow2 web.qcow2 && cp web.qcow2 copy.qcow2")
    for _ in 1...3 { try pool.scan(pool.path, "--domains", domains) }
    #expect(!(try pool.findings("--kind", "orphan").contains("orphan copy.qcow2")))
  }

  @Test func `a base that left while its pool was not asked for is awaited`() throws {
    let pool = try RealPool()
    let other = pool.folder.url("other").path
    try pool.shell(
      "mkdir ../machines ../other && qemu-img create -q -f qcow2 ../other/base.qcow2 16M")
    let machine = "<domain type='kvm'><name>m</name><os><type>hvm</type></os><devices/></domain>"
    try machine.write(
      to: pool.folder.url("machines/m.xml"), atomically: true, encoding: .utf8)
    let domains = pool.folder.url("machines").path
    try pool.scan(pool.path, other, "--domains", domains)
    try pool.image("web.qcow2", "-b \(other)/base.qcow2 -F qcow2")
    try pool.shell("mv ../other/base.qcow2 ../other/moved.qcow2")
    try pool.scan(pool.path, "--domains", domains)
    for _ in 1...3 { try pool.scan(pool.path, other, "--domains", domains) }
    #expect(try pool.findings("--kind", "orphan") == ["orphan web.qcow2"])
  }

  @Test func `a scan of one image or of some pools counts for no grace`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir a b")
    try pool.image("a/base.qcow2")
    try pool.image("a/web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("b/other.qcow2")
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    try pool.shell("rm a/web.qcow2")
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    for _ in 1...3 {
      try pool.scan("\(pool.path)/b/other.qcow2")
      try pool.scan("\(pool.path)/a")
    }
    #expect(try pool.findings("--kind", "orphan") == [])
    try pool.scan("\(pool.path)/a", "\(pool.path)/b")
    #expect(try pool.findings("--kind", "orphan") == ["orphan base.qcow2"])
  }

  @Test func `a directory of other files than domains makes the view not whole`() throws {
    let pool = try RealPool()
    try pool.image("vm-100-disk-0.qcow2")
    try pool.shell("mkdir ../machines; echo 'name: web' >../machines/100.conf")
    for _ in 1...3 {
      let scan = try pool.scan(pool.path, "--domains", pool.folder.url("machines").path)
      #expect(scan.code == 3)
      #expect(scan.problems == ["machines"])
      #expect(scan.output.contains("no domain XML is in it; 1 other file skipped"))
    }
    #expect(try pool.backstory("orphans", "--output", "json").objects.isEmpty)
  }

  /// A base that an unused overlay stands on, and its script.
  private func group() throws -> (tree: LibvirtTree, script: String) {
    let tree = try tree()
    try tree.images.image("a-base.qcow2")
    try tree.images.image("z-top.qcow2", "-b a-base.qcow2 -F qcow2")
    for _ in 1...3 { try tree.scan() }
    let away = tree.images.folder.url("away").path
    return (tree, try tree.backstory(["orphans", "--script", "--quarantine", away]).output)
  }

  @Test func `of unused images the top moves first, and nothing below one that does not move`()
    throws
  {
    let (tree, script) = try group()
    let moves = script.split(separator: "\n").filter { $0.hasPrefix("  mv ") }
      .compactMap { $0.split(separator: "/").last }
    #expect(moves == ["nobody.qcow2", "z-top.qcow2", "a-base.qcow2"])
    try script.write(
      to: tree.images.folder.url("away.sh"), atomically: true, encoding: .utf8)
    // Somebody took it up after the plan.
    try tree.images.shell("qemu-img rebase -u -b /other.qcow2 -F raw z-top.qcow2")
    #expect(try Program.shell("sh away.sh", in: tree.images.folder).code == 1)
    #expect(try tree.images.shell("ls").output.contains("a-base.qcow2"))
    #expect(try tree.images.shell("ls").output.contains("z-top.qcow2"))
  }

  @Test func `an overlay whose base reads as an orphan alone is not left without it`() throws {
    let (tree, script) = try group()
    try script.write(
      to: tree.images.folder.url("away.sh"), atomically: true, encoding: .utf8)
    // The overlay went elsewhere by hand, and may be used there.
    try tree.images.shell("mv z-top.qcow2 ../taken.qcow2")
    let run = try Program.shell("sh away.sh", in: tree.images.folder)
    #expect(run.code == 1)
    #expect(run.complaint.contains("an image that depends on this one is not in quarantine"))
    #expect(try tree.images.shell("ls").output.contains("a-base.qcow2"))
  }

  @Test func `a disk of a domain that a broken overlay was made on is in use as a base`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.images.image("snap.qcow2", "-b disk.qcow2 -F qcow2")
    try tree.define("web", tree.disk("disk.qcow2"))
    try tree.scan()
    #expect(try tree.findings("--kind", "base-in-use") == ["base-in-use web disk.qcow2"])
    try tree.images.shell("mv disk.qcow2 moved.qcow2")
    try tree.define("web", tree.disk("moved.qcow2"))
    try tree.scan()
    let found = try tree.objects("check", "--kind", "base-in-use")
    #expect(found.count == 1)
    #expect((found.first?["message"] as? String)?.contains("currently name another base") == true)
  }

  @Test func `a copy beside a pool that is away is no leftover`() throws {
    let tree = try tree()
    try tree.images.shell(
      """
      mkdir ../b; qemu-img create -q -f qcow2 -b '\(tree.path("mid.qcow2"))' -F qcow2 ../b/copy.qcow2
      """)
    let pools = ["--pool", "b=\(tree.folder.url("b").path)"]
    func scan() throws {
      _ = try tree.backstory(["scan", "--libvirt", "--libvirt-root", tree.root] + pools)
    }
    try scan()
    #expect(try tree.findings("--kind", "chain-leftover") == ["chain-leftover - copy.qcow2"])
    try tree.images.shell("rm ../b/copy.qcow2")
    try scan()
    try tree.images.shell(
      """
      qemu-img create -q -f qcow2 -b '\(tree.path("mid.qcow2"))' -F qcow2 ../b/other.qcow2
      mv ../pool ../away
      """)
    try scan()
    #expect(try tree.findings("--kind", "chain-leftover") == [])
  }

  @Test func `repair knows the base of an image that was away after a prune, as check does`() throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.shell("qemu-io -c 'write -P 1 0 1M' base.qcow2 >/dev/null")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.shell("qemu-io -c 'write -P 5 2M 64k' web.qcow2 >/dev/null")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.images.shell("mv web.qcow2 ..")
    try tree.scan()
    try tree.images.shell("mv base.qcow2 moved.qcow2")
    for _ in 1...2 { try tree.scan() }
    #expect(try tree.backstory(["prune", "--keep-last", "1"]).code == 0)
    try tree.images.shell("mv ../web.qcow2 .")
    try tree.scan()
    let found = try #require(try tree.objects("check", "--kind", "backing-missing").first)
    let place = tree.path("moved.qcow2")
    #expect((found["cause"] as? [String: Any])?["now-at"] as? [String] == [place])
    let plan = try #require(try tree.objects("repair").first)
    #expect(plan["confidence"] as? String == "certain", "\(plan)")
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `of a copy of a lost base it is not said that it was the base`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.shell("qemu-io -c 'write -P 1 0 1M' base.qcow2 >/dev/null; cp base.qcow2 ..")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.images.shell("rm base.qcow2")
    try tree.scan()
    try tree.images.shell("cp ../base.qcow2 copy.qcow2")
    try tree.scan()
    for command in [["dependents", tree.path("copy.qcow2")], ["orphans", "--all"]] {
      let said = try tree.backstory(command + ["--output", "json"]).output
      #expect(said.contains("a sample of whose content equals that of this image"), "\(said)")
      #expect(!said.contains("had this image as its base"), "\(said)")
    }
  }
}
