import Foundation
import Testing

/// Moves that have not happened yet: after the script has run, nothing is broken.
@Suite(RealPool.needsQemuImg) struct RelocateTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.shell("mkdir -p a b \"it's\"")
    try pool.image("a/base.qcow2")
    try pool.shell("qemu-io -c 'write -P 5 0 1M' a/base.qcow2")
    try pool.image("a/mid.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("a/top.qcow2", "-b \(pool.path)/a/mid.qcow2 -F qcow2")
    try pool.image("b/outside.qcow2", "-b ../a/base.qcow2 -F qcow2")
    try pool.image("b/absolute.qcow2", "-b \(pool.path)/a/base.qcow2 -F qcow2")
    try pool.image("a/leaning.qcow2", "-b ../b/absolute.qcow2 -F qcow2")
  }

  private func move(_ from: String, _ to: String) throws {
    try pool.scan()
    let script = try pool.backstory("relocate", "\(pool.path)/\(from)", "\(pool.path)/\(to)")
    #expect(script.code == 0, "\(script.output)")
    try script.output.write(to: pool.folder.url("move.sh"), atomically: true, encoding: .utf8)
    for _ in 1...2 {
      let run = try Program.shell("sh move.sh", in: pool.folder)
      #expect(run.code == 0, "\(run.complaint)")
    }
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a base moves and every overlay follows it`() throws {
    try move("a/base.qcow2", "it's/new base.qcow2")
    let info = try pool.shell("qemu-img info --backing-chain a/leaning.qcow2").output
    #expect(info.contains("it's/new base.qcow2"))
  }

  @Test func `a directory moves with everything in it`() throws {
    try move("a", "it's/deep")
    try pool.shell("qemu-img info --backing-chain \"it's/deep/top.qcow2\"")
    try pool.shell("qemu-img info --backing-chain \"it's/deep/leaning.qcow2\"")
  }

  @Test func `a move into a directory that is there keeps the name`() throws {
    try move("a/mid.qcow2", "b")
    try pool.shell("qemu-img info --backing-chain a/top.qcow2 && test -f b/mid.qcow2")
  }

  @Test func `an image may be named by its number`() throws {
    try pool.scan()
    let images = try pool.backstory("list", "--output", "json").objects
    let base = try #require(
      images.first { ($0["filename"] as? String)?.hasSuffix("/base.qcow2") == true })
    let number = try #require(base["image-id"] as? Int)
    let target = pool.path + "/b/base.qcow2"
    let byPath = try pool.backstory("relocate", pool.path + "/a/base.qcow2", target)
    #expect(byPath.code == 0 && byPath.output.contains("base.qcow2"))
    #expect(try pool.backstory("relocate", "#\(number)", target).output == byPath.output)
    #expect(try pool.backstory("relocate", "#999", target).code == 1)
  }

  @Test func `a symbolic link that moves is no way to a target that stays`() throws {
    try pool.shell("mkdir links && ln -s ../a/base.qcow2 links/base.qcow2")
    try pool.image("links/through.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("b/from-far.qcow2", "-b \(pool.path)/links/base.qcow2 -F qcow2")
    try pool.shell("mkdir -p deep/deeper")
    try move("links", "deep/deeper/links")
    try pool.shell("qemu-img info --backing-chain deep/deeper/links/through.qcow2")
    try pool.shell("qemu-img info --backing-chain b/from-far.qcow2")
  }

  @Test func `a parent that is known by UUID alone does not care where it is`() throws {
    try pool.shell("qemu-img create -q -f vdi disk.vdi 16M")
    try move("disk.vdi", "b")
  }

  @Test func `a goal that no pool covers is said`() throws {
    try pool.scan()
    let plan = try pool.backstory("relocate", "\(pool.path)/a/base.qcow2", "/tmp/never.qcow2")
    #expect(plan.output.contains("no scanned pool covers '/tmp/never.qcow2'"))
  }

  @Test func `a move that would break what qemu-img cannot mend is refused`() throws {
    try pool.shell("qemu-img create -q -f vmdk base.vmdk 16M")
    try pool.shell("qemu-img create -q -f vmdk -b base.vmdk -F vmdk delta.vmdk")
    try pool.scan()
    let plan = try pool.backstory("relocate", "\(pool.path)/base.vmdk", "\(pool.path)/b")
    #expect(plan.code == 1)
    try plan.output.write(to: pool.folder.url("move.sh"), atomically: true, encoding: .utf8)
    #expect(try Program.shell("sh move.sh", in: pool.folder).code == 1)
    try pool.shell("test -f base.vmdk")
  }
}
