import Foundation
import Testing

/// A base that was written to: a copy of what it held before may be the last one.
@Suite(RealPool.needsQemuImg) struct SpoiltBaseTests {
  /// A machine on an overlay, and a copy of the overlay's base that nobody uses.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.shell(
      """
      qemu-io -c 'write -P 7 0 4M' base.qcow2 >/dev/null && mkdir backup && \
      cp base.qcow2 backup/monday.qcow2 && \
      qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 top.qcow2
      """)
    try tree.define("m", tree.disk("top.qcow2"))
    for _ in 1...2 { try tree.scan() }
    return tree
  }

  private func verdict(_ tree: LibvirtTree) throws -> [String: Any] {
    let found = try tree.objects("orphans", "--all").first {
      ($0["filename"] as? String)?.hasSuffix("monday.qcow2") == true
    }
    return try #require(found)
  }

  @Test func `its copy is awaited as long as the base is not what it was`() throws {
    let tree = try tree()
    #expect(try verdict(tree)["verdict"] as? String == "orphan")
    try tree.images.shell("qemu-io -c 'write -P 9 0 4M' base.qcow2 >/dev/null")
    try tree.scan()
    let spoilt = try verdict(tree)
    #expect(spoilt["verdict"] as? String == "awaited")
    let claims = try #require(spoilt["claims"] as? [[String: Any]])
    #expect((claims.first?["filename"] as? String)?.hasSuffix("top.qcow2") == true)
    #expect((claims.first?["why"] as? String)?.contains("before it changed") == true)
    #expect(!(try tree.backstory(["orphans", "--script"]).output.contains("monday")))
    let copy = tree.path("backup/monday.qcow2")
    #expect(try tree.backstory(["dependents", "--exit-code", copy]).code == 2)
    #expect(try tree.backstory(["verify"]).code == 0)

    try tree.images.shell("cp backup/monday.qcow2 base.qcow2")
    for _ in 1...2 { try tree.scan() }
    #expect(try verdict(tree)["verdict"] as? String == "orphan")
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test(arguments: ["raw", "vdi", "vhdx", "vpc", "vmdk"])
  func `so is the copy of a base of another format, and again when it is written to again`(
    format: String
  ) throws {
    let tree = try LibvirtTree()
    let base = "base.\(format)"
    try tree.images.shell(
      """
      qemu-img create -q -f \(format) \(base) 16M && \
      qemu-io -f \(format) -c 'write -P 7 0 4M' \(base) >/dev/null && cp \(base) monday.qcow2 && \
      qemu-img create -q -f qcow2 -b \(base) -F \(format) top.qcow2
      """)
    try tree.define("m", tree.disk("top.qcow2"))
    for _ in 1...2 { try tree.scan() }
    #expect(try verdict(tree)["verdict"] as? String == "orphan")
    for pattern in [9, 3] {
      try tree.images.shell(
        "qemu-io -f \(format) -c 'write -P \(pattern) 1M 1M' \(base) >/dev/null")
      try tree.scan()
      #expect(try verdict(tree)["verdict"] as? String == "awaited")
    }
  }

  @Test func `nothing is waited for of a spoilt base that is gone`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 7 0 64k' top.qcow2 >/dev/null")
    try pool.scan()
    try pool.shell("qemu-io -c 'write -P 9 0 4M' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    // What a guest reads of the new base cannot be told: its own base is not there.
    try pool.image("new.qcow2", "-u -b nowhere.qcow2 -F qcow2", size: "16M")
    try pool.shell("rm base.qcow2; qemu-img rebase -u -b new.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["backing-missing new.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `check names the kind of what is wrong, and every overlay that is spoilt`() throws {
    let tree = try tree()
    try tree.images.shell("qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 other.qcow2")
    try tree.scan()
    try tree.images.shell("qemu-io -c 'write -P 9 0 4M' base.qcow2 >/dev/null")
    try tree.scan()
    let shown = try tree.backstory(["check"]).output
    #expect(shown.contains("base-modified, cause"))
    let spoils = shown.split(separator: "\n").drop { !$0.contains("spoils") }.prefix(2)
      .joined(separator: "\n")
    #expect(spoils.contains("/top.qcow2") && spoils.contains("/other.qcow2"), "\(shown)")
  }

  @Test func `whoever says that the base is right lets go of its copy`() throws {
    let tree = try tree()
    try tree.images.shell("qemu-io -c 'write -P 9 0 4M' base.qcow2 >/dev/null")
    try tree.scan()
    let base = tree.path("base.qcow2")
    #expect(try tree.backstory(["settle", base]).code == 0)
    for _ in 1...2 { try tree.scan() }
    #expect(try verdict(tree)["verdict"] as? String == "orphan")
  }

  @Test(arguments: [
    "rm base.qcow2", "mkdir old; mv base.qcow2 old/",
    "qemu-img create -q -f qcow2 new 16M; mv new base.qcow2",
  ])
  func `a restored copy is awaited as well once the spoilt base is not there any more`(
    accident: String
  ) throws {
    let tree = try tree()
    try tree.images.shell("mv backup/monday.qcow2 ..; qemu-io -c 'write -P 9 0 4M' base.qcow2")
    try tree.scan()
    try tree.images.shell("\(accident); cp ../monday.qcow2 .")
    for _ in 1...3 { try tree.scan() }
    #expect(try verdict(tree)["verdict"] as? String == "awaited")
    let copy = tree.path("monday.qcow2")
    #expect(try tree.backstory(["dependents", "--exit-code", copy]).code == 2)
    // Nothing is to be repaired in an overlay whose base is there.
    if !accident.contains("new") {
      #expect(try tree.backstory(["repair"]).output.contains("monday.qcow2"))
    }
    #expect(try tree.backstory(["verify"]).code == 0)
  }

  @Test func `what an overlay was made on goes before what has the name of its base`() throws {
    let pool = try RealPool()
    let impostor =
      "qemu-img create -q -f qcow2 new 16M; qemu-io -c 'write -P 5 0 1M' new >/dev/null; mv new"
    try pool.image("base.qcow2")
    try pool.shell("qemu-io -c 'write -P 2 0 1M' base.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 keep; \(impostor) base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
    try pool.shell("rm base.qcow2; mkdir z; \(impostor) z/base.qcow2")
    try pool.scan()
    let found = try #require(
      try pool.backstory("check", "--output", "json").objects.first {
        $0["kind"] as? String == "backing-missing"
      })
    let cause = try #require(found["cause"] as? [String: Any])
    #expect(cause["kind"] as? String == "target-moved")
    #expect(cause["now-at"] as? [String] == ["\(pool.path)/keep"])
    let plan = try #require(try pool.backstory("repair", "--output", "json").objects.first)
    #expect(plan["confidence"] as? String == "certain", "\(plan)")
    #expect(try pool.backstory("repair", "--apply").code == 0)
    let header = try pool.shell("qemu-img info top.qcow2").output
    #expect(header.contains("backing file: keep"), "\(header)")

    // What only has the name is not offered as the one that is meant.
    try pool.shell("rm keep; qemu-img rebase -u -b base.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    let next = try #require(try pool.backstory("repair", "--output", "json").objects.first)
    #expect(next["confidence"] as? String == "ambiguous", "\(next)")
  }

  @Test(arguments: [false, true])
  func `a base on which an overlay was set without harm is awaited once another takes its place`(
    isFirstGone: Bool
  ) throws {
    let tree = try LibvirtTree()
    for (base, pattern) in [("a", 11), ("b", 12)] {
      try tree.images.image(base)
      try tree.images.shell("qemu-io -c 'write -P \(pattern) 0 1M' \(base) >/dev/null")
    }
    try tree.images.shell(
      """
      qemu-img create -q -f qcow2 -b a -F qcow2 top && \
      qemu-io -c 'write -P 5 0 2M' top >/dev/null
      """)
    try tree.define("web", tree.disk("top"))
    try tree.scan()
    // The guest sees the same on both.
    try tree.images.shell("qemu-img rebase -u -F qcow2 -b b top")
    try tree.scan()
    #expect(try tree.findings("--kind", "backing-changed") == [])
    if isFirstGone {
      try tree.images.shell("rm a")
      try tree.scan()
    }
    try tree.images.shell(
      "mv b c; qemu-img create -q -f qcow2 b 16M; qemu-io -c 'write -P 7 0 1M' b >/dev/null")
    for _ in 1...3 { try tree.scan() }
    let found = try #require(try tree.objects("check", "--kind", "base-modified").first)
    let place = tree.path("c")
    #expect((found["cause"] as? [String: Any])?["now-at"] as? [String] == [place])
    #expect(try !tree.orphans().contains("orphan c"))
    #expect(!(try tree.backstory(["orphans", "--script"]).output.contains("mv -T -- '\(place)'")))
    #expect(try tree.backstory(["dependents", "--exit-code", place]).code == 2)
  }
}
