import Foundation
import Testing

/// What overlays were made on, over nights on which it was away, replaced, written to and put back.
@Suite(RealPool.needsQemuImg) struct FoundationTests {
  /// Two bases that hold other things, and an overlay on each that holds something itself.
  private func pool() throws -> RealPool {
    let pool = try RealPool()
    for (base, overlay, pattern) in [("a", "oa", 1), ("b", "ob", 2)] {
      try pool.image("\(base).qcow2")
      try pool.shell("qemu-io -c 'write -P \(pattern) 0 1M' \(base).qcow2 >/dev/null")
      try pool.image("\(overlay).qcow2", "-b \(base).qcow2 -F qcow2")
      try pool.shell("qemu-io -c 'write -P 9 64k 64k' \(overlay).qcow2 >/dev/null")
    }
    try pool.scan()
    return pool
  }

  private let spoilt = ["base-modified a.qcow2"]
  private let write = "qemu-io -c 'write -P 7 512k 64k' a.qcow2 >/dev/null"

  @Test func `a base that is put back, as it was and by whatever way, ends the finding`() throws {
    let pool = try pool()
    try pool.shell("cp a.qcow2 ../copy; mv a.qcow2 kept.qcow2; cp b.qcow2 a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
    try pool.shell("mv kept.qcow2 a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell(write)
    try pool.scan()
    #expect(try pool.findings() == spoilt)
    try pool.shell("rm a.qcow2; cp ../copy a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    let diff = try pool.backstory("diff", "2", "4", "--output", "json").object
    #expect((diff["findings"] as? [String: [Any]])?["opened"]?.isEmpty == false)
  }

  @Test func `an overlay that is committed and replaced by its base is told, and nothing is wrong`()
    throws
  {
    let pool = try RealPool()
    try pool.image("snap-a")
    try pool.image("snap-b", "-b snap-a -F qcow2")
    try pool.image("disk", "-b snap-b -F qcow2")
    for (image, pattern) in [("snap-a", 1), ("snap-b", 2), ("disk", 3)] {
      try pool.shell("qemu-io -c 'write -P \(pattern) \(pattern)M 64k' \(image) >/dev/null")
    }
    try pool.scan()
    try pool.shell("qemu-img commit -q snap-b && mv snap-a snap-b")
    try pool.scan()
    #expect(try pool.findings() == [])
    let events = try pool.backstory("log", pool.path + "/snap-b", "--output", "json").objects
    let base = try pool.backstory("show", pool.path + "/snap-b", "--output", "json").object
    let number = try #require(base["image-id"] as? Int)
    let replaced = try #require(events.first { $0["event"] as? String == "replaced" })
    #expect(
      replaced["reason"] as? String
        == "the base below it, #\(number), '\(pool.path)/snap-a' before, took its name, "
        + "as when an overlay is committed into its base")
    let history = try pool.backstory("history", pool.path + "/snap-b").output
    #expect(history.contains("the base below it, #\(number)"))
    // Another image in its place is not said to be one of these.
    try pool.shell("rm snap-b && cp disk ../x && qemu-img create -q -f qcow2 y 16M && mv y snap-b")
    try pool.scan()
    let last = try pool.backstory("log", pool.path + "/snap-b", "--output", "json").objects
      .filter { $0["event"] as? String == "replaced" }
    #expect(last.count == 2)
    #expect(last.count { $0["reason"] != nil } == 1)
  }

  @Test func `two bases that are swapped spoil both overlays until they are swapped back`() throws {
    let pool = try pool()
    let swap = "mv a.qcow2 x && mv b.qcow2 a.qcow2 && mv x b.qcow2"
    try pool.shell(swap)
    try pool.scan()
    #expect(try pool.findings() == ["base-modified a.qcow2", "base-modified b.qcow2"])
    try pool.shell(swap)
    try pool.scan()
    #expect(try pool.findings() == [])
    let diff = try pool.backstory("diff", "1", "3", "--output", "json").object
    #expect((diff["changes"] as? [Any])?.isEmpty == true)
  }

  @Test func `a base that was away for a night is held against what it held before`() throws {
    let pool = try pool()
    try pool.shell("cp -a a.qcow2 ../old; rm a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["backing-missing oa.qcow2"])
    try pool.shell("cp b.qcow2 a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
    try pool.shell("mv a.qcow2 ../other")
    try pool.scan()
    #expect(try pool.findings() == ["backing-missing oa.qcow2"])
    try pool.shell("mv ../other a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
    try pool.shell("cp -a ../old a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a base that moves with its overlay and is written to in one night is told`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir d")
    try pool.image("d/a.qcow2")
    try pool.image("d/oa.qcow2", "-b a.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv d e; cd e; \(write)")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
  }

  @Test func `an overlay that is renamed or linked meanwhile is a victim all the same`() throws {
    let pool = try pool()
    try pool.shell("\(write); mv oa.qcow2 renamed.qcow2; ln renamed.qcow2 again.qcow2")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
    try pool.shell("mv again.qcow2 ../away; mv renamed.qcow2 ../gone")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("mv ../away back.qcow2")
    try pool.scan()
    #expect(try pool.findings() == spoilt)
  }

  @Test func `a finding about a base names the overlays of that time, and those above`() throws {
    let pool = try pool()
    try pool.image("top.qcow2", "-b oa.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell(write)
    try pool.image("late.qcow2", "-b a.qcow2 -F qcow2")
    try pool.scan()
    let found = try #require(pool.backstory("check", "--output", "json").objects.first)
    let names = (found["victims"] as? [String])?.compactMap { $0.split(separator: "/").last }
    #expect(names == ["oa.qcow2", "top.qcow2"])
    for name in ["oa", "top", "late", "ob"] {
      let image = try pool.backstory("show", "\(pool.path)/\(name).qcow2", "--output", "json")
        .object
      let isVictim = name == "oa" || name == "top"
      #expect(image["base-modified"] as? Bool == (isVictim ? true : nil), "\(name)")
      #expect((image["findings"] as? [Any])?.count == (isVictim ? 1 : 0), "\(name)")
    }
  }

  @Test func `an overlay that is set on another base is told until it is set back`() throws {
    let pool = try pool()
    let domains = try pool.backstory("check", "--output", "json")
    #expect(domains.objects.isEmpty)
    try pool.shell("qemu-img rebase -u -b b.qcow2 -F qcow2 oa.qcow2")
    for _ in 1...2 {
      try pool.scan()
      #expect(try pool.findings("--kind", "backing-changed") == ["backing-changed oa.qcow2"])
    }
    let found = try #require(
      pool.backstory("check", "--kind", "backing-changed", "--output", "json").objects.first)
    #expect((found["message"] as? String)?.contains("a.qcow2") == true)
    try pool.shell("qemu-img rebase -u -b a.qcow2 -F qcow2 oa.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `an overlay that is set on a copy, or on the base of its base, is in order`() throws {
    let pool = try pool()
    try pool.image("top.qcow2", "-b oa.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("cp a.qcow2 copy.qcow2; qemu-img rebase -u -b copy.qcow2 -F qcow2 oa.qcow2")
    try pool.shell("qemu-img rebase -b a.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings("--kind", "backing-changed", "--kind", "base-modified") == [])
  }

  @Test func `a base whose data lies in another file is its data`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2", "-o data_file=base.data", size: "16M")
    try pool.shell("qemu-io -c 'write -P 1 0 1M' base.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell(
      "cp base.data ../kept; qemu-io -f raw -c 'write -P 2 0 64k' base.data >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    try pool.shell("rm base.data; cp ../kept base.data")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `what a disk was known as is remembered while it is away, renamed and linked`() throws
  {
    let pool = try RealPool()
    try pool.shell("head -c 65536 /dev/urandom > raw.img; cp raw.img ../raw")
    try pool.image("disk.qcow2")
    try pool.scan()
    try pool.shell(
      "dd if=disk.qcow2 of=raw.img bs=4k count=1 conv=notrunc status=none; ln raw.img link.img")
    try pool.scan()
    #expect(try pool.findings() == ["header-appeared link.img"])
    try pool.shell("rm link.img; mv raw.img ../away")
    try pool.scan()
    #expect(try pool.findings() == ["header-appeared link.img"])
    #expect(try pool.backstory("verify").code == 0)
    let away = try pool.backstory("check", "--at", "3", "--output", "json").output
    try pool.shell("mv ../away back.img")
    try pool.scan()
    #expect(try pool.findings() == ["header-appeared back.img"])
    #expect(try pool.backstory("prune", "--keep-last", "2").code == 0)
    #expect(try pool.backstory("check", "--at", "3", "--output", "json").output == away)
    try pool.shell("dd if=../raw of=back.img bs=4k count=1 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == [])
  }
}
