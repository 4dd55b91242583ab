import Foundation
import Testing

/// What is said of a base that is missed: where it is, and what to do, from one place.
@Suite(RealPool.needsQemuImg) struct MissedTargetTests {
  private func name(_ path: Any?) -> String {
    URL(fileURLWithPath: path as? String ?? "").lastPathComponent
  }

  private func broken(_ pool: RealPool) throws -> [String: Any] {
    try #require(
      try pool.backstory("check", "--kind", "backing-missing", "--output", "json").objects.first)
  }

  /// The kind of the cause, and the names at which the target is now.
  private func cause(_ pool: RealPool, _ arguments: String...) throws -> [String] {
    let run = try pool.backstory(
      ["check", "--kind", "backing-missing", "--output", "json"] + arguments)
    let cause = try #require(run.objects.first?["cause"] as? [String: Any])
    return [cause["kind"] as? String ?? ""] + (cause["now-at"] as? [String] ?? []).map(name)
  }

  private func step(_ pool: RealPool) throws -> [String: Any] {
    try #require(try pool.backstory("repair", "--output", "json").objects.first)
  }

  private func rebase(_ pool: RealPool, _ base: String) throws {
    try pool.shell("qemu-img rebase -u -f qcow2 -F qcow2 -b \(base) top.qcow2")
  }

  // MARK: Where it is

  @Test func `a base that is missed in a pool that was not scanned is not said to be there`() throws
  {
    let pool = try RealPool()
    try pool.shell("mkdir ../other; ln -s other ../way")
    try pool.image("../other/base.qcow2")
    try pool.image("top.qcow2", "-b ../way/base.qcow2 -F qcow2")
    try pool.scan(pool.path, pool.folder.url("other").path)
    try pool.shell("rm ../other/base.qcow2")
    try pool.scan()
    #expect(try cause(pool) == ["target-removed"])
    #expect(try pool.backstory("repair").output.contains("is now at") == false)
  }

  @Test func `of a base with two names the one that is left is said`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir ../other")
    try pool.image("../other/base.qcow2")
    try pool.shell("ln ../other/base.qcow2 kept.qcow2")
    try pool.image("top.qcow2", "-b ../other/base.qcow2 -F qcow2")
    try pool.scan(pool.path, pool.folder.url("other").path)
    try pool.shell("rm ../other/base.qcow2")
    try pool.scan()
    #expect(try cause(pool) == ["target-moved", "kept.qcow2"])
    #expect(try pool.backstory("repair").output.contains("-b kept.qcow2"))
  }

  @Test func `a certain target with two names is one`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 x.qcow2; ln x.qcow2 y.qcow2")
    try pool.scan()
    #expect(try cause(pool) == ["target-moved", "x.qcow2", "y.qcow2"])
    let plan = try pool.backstory("repair").output
    #expect(plan.contains("certain:"))
    #expect(!plan.contains("also possible"))
    #expect(plan.contains("y.qcow2"))
  }

  // MARK: An image that stood there

  @Test func `who stood at the missing path is likely meant, by check and by repair`() throws {
    let pool = try RealPool()
    try pool.image("z.qcow2")
    try pool.image("other.qcow2")
    try pool.scan()
    try pool.shell("mv z.qcow2 w.qcow2")
    try pool.scan()
    try pool.image("top.qcow2", "-u -b z.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    #expect(try cause(pool) == ["target-moved", "w.qcow2"])
    let step = try step(pool)
    #expect(step["confidence"] as? String == "likely")
    #expect((step["commands"] as? [[String]])?.first?.contains("w.qcow2") == true)
  }

  @Test(arguments: [false, true])
  func `a reference that somebody changed is not put back with certainty`(ledThere: Bool) throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.image("z.qcow2")
    try pool.image("top.qcow2", "-b \(ledThere ? "z" : "a").qcow2 -F qcow2")
    try pool.scan()
    if ledThere {
      try rebase(pool, "a.qcow2")
      try pool.scan()
    }
    try pool.shell("mv z.qcow2 w.qcow2")
    if !ledThere { try pool.scan() }
    try rebase(pool, "z.qcow2")
    try pool.scan()
    #expect(try cause(pool) == ["target-moved", "w.qcow2"])
    let step = try step(pool)
    #expect(step["confidence"] as? String == "ambiguous")
    #expect((step["candidates"] as? [String])?.map(name) == ["w.qcow2", "a.qcow2"])
    #expect(try pool.backstory("repair", "--apply").code == 0)
    #expect(try pool.shell("qemu-img info -U top.qcow2").output.contains("backing file: z.qcow2"))
  }

  @Test func `a cause as of a scan stays when its directory goes`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir d; ln -s d way")
    try pool.image("d/base.qcow2")
    try pool.scan()
    try pool.shell("rm d/base.qcow2")
    try pool.scan()
    try pool.image("top.qcow2", "-u -b way/base.qcow2 -F qcow2", size: "16M")
    try pool.scan()
    #expect(try cause(pool) == ["target-removed"])
    try pool.shell("rm -r d")
    try pool.scan()
    #expect(try cause(pool, "--at", "3") == ["target-removed"])
  }

  @Test func `what is said of a machine's disk is about the image that is there`() throws {
    let pool = try RealPool()
    try pool.image("disk.qcow2")
    try pool.image("top.qcow2", "-b disk.qcow2 -F qcow2")
    try pool.shell(
      "mkdir ../domains; printf \"<domain type='kvm'><name>m</name><memory>1</memory><os><type>hvm</type></os>"
        + "<devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda'/>"
        + "</disk></devices></domain>\" \"$PWD/disk.qcow2\" >../domains/m.xml")
    let domains = pool.folder.url("domains").path
    try pool.scan(pool.path, "--domains", domains)
    try pool.shell("mv disk.qcow2 old.qcow2")
    try pool.image("disk.qcow2", size: "32M")
    try pool.scan(pool.path, "--domains", domains)
    let open = try #require(
      try pool.backstory("check", "--kind", "base-in-use", "--output", "json").objects.first)
    #expect((open["since"] as? [String: Any])?["scan"] as? Int == 2)
    let number = "#\(open["image-id"] as? Int ?? 0)"
    let events = try pool.backstory("history", number, "--output", "json").objects
    #expect(events.map { $0["scan"] as? Int } == [2, 2])
    let bad = try pool.backstory("bisect", number, "--kind", "base-in-use", "--output", "json")
    #expect((bad.object["first-bad"] as? [String: Any])?["scan"] as? Int == 2)
    let always = try pool.backstory("check", "--between", "1..2", "--always", "--output", "json")
    #expect(!always.objects.contains { $0["kind"] as? String == "base-in-use" })
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a machine that is set on another disk misses that one since then`() throws {
    let pool = try RealPool()
    let domains = pool.folder.url("domains").path
    func use(_ name: String) throws {
      try pool.shell(
        "printf \"<domain type='kvm'><name>m</name><memory>1</memory><os><type>hvm</type></os><devices>"
          + "<disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda'/></disk>"
          + "</devices></domain>\" \"$PWD/\(name).qcow2\" >../domains/m.xml")
      try pool.scan(pool.path, "--domains", domains)
    }
    try pool.image("a.qcow2")
    try pool.shell("mkdir ../domains")
    try use("a")
    try pool.shell("rm a.qcow2")
    try use("a")
    try use("b")
    let open = try pool.backstory(
      "check", "--kind", "domain-image-missing", "--output", "json"
    ).objects
    #expect(open.map { name($0["filename"]) } == ["b.qcow2"])
    #expect(open.map { ($0["since"] as? [String: Any])?["scan"] as? Int } == [3])
  }

  // MARK: One image

  @Test func `a scan of an overlay asks for its base`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("other.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("rm base.qcow2")
    try pool.scan("\(pool.path)/top.qcow2")
    #expect(try pool.findings("--kind", "backing-missing") == ["backing-missing top.qcow2"])
    try pool.scan()
    let finding = try #require(
      try pool.backstory("check", "--kind", "backing-missing", "--output", "json").objects
        .first { name($0["filename"]) == "top.qcow2" })
    #expect((finding["since"] as? [String: Any])?["scan"] as? Int == 2)
    #expect((finding["last-good"] as? [String: Any])?["scan"] as? Int == 1)
    #expect(try cause(pool) == ["target-removed"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `an image that is asked for and not there is kept as it was`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 ../kept")
    for _ in 1...2 {
      let run = try pool.scan("\(pool.path)/base.qcow2")
      #expect(run.code == 3)
      #expect(run.count("removed") == 0)
      #expect(run.count("images") == 2)
    }
    #expect(try pool.findings() == [])
    try pool.shell("mv ../kept base.qcow2")
    #expect(try pool.scan("\(pool.path)/base.qcow2").code == 0)
    #expect(try pool.scan("\(pool.path)/never.qcow2").code == 1)
  }
}
