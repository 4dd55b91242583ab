import Foundation
import Testing

/// Overlays that were set on another base, or made anew: what their guests see decides.
@Suite(RealPool.needsQemuImg) struct RebasedOverlayTests {
  /// Two bases that differ in the first 64 KiB alone, and an overlay of the one.
  private func pool(writing pattern: Int? = nil) throws -> RealPool {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.shell("qemu-io -c 'write -P 1 0 2M' a.qcow2 >/dev/null && cp a.qcow2 b.qcow2")
    try pool.shell("qemu-io -c 'write -P 2 0 64k' b.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b a.qcow2 -F qcow2")
    if let pattern {
      try pool.shell("qemu-io -c 'write -P \(pattern) 0 64k' top.qcow2 >/dev/null")
    }
    try pool.scan()
    return pool
  }

  @Test func `a safe rebase that had nothing to copy is in order`() throws {
    let pool = try pool(writing: 9)
    try pool.shell("qemu-img rebase -b b.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `one that copied what differs is`() throws {
    let pool = try pool()
    try pool.shell("qemu-img rebase -b b.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `another base by the header alone is told, though the overlay grew`() throws {
    let pool = try pool(writing: 9)
    try pool.shell(
      """
      qemu-io -c 'discard 0 64k' -c 'write -P 9 1M 64k' top.qcow2 >/dev/null && \
      qemu-img rebase -u -b b.qcow2 -F qcow2 top.qcow2
      """)
    try pool.shell("qemu-io -c 'write -P 3 4M 64k' b.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed top.qcow2"])
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed top.qcow2"])
    try pool.shell("qemu-img rebase -u -b a.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `no base by the header alone is told, until somebody sets it back or settles it`()
    throws
  {
    let pool = try pool(writing: 9)
    try pool.shell("qemu-img rebase -u -b '' top.qcow2")
    for _ in 0..<2 {
      try pool.scan()
      #expect(try pool.findings() == ["backing-changed top.qcow2"])
    }
    #expect(try pool.backstory("check").output.contains("names no base now"))
    try pool.shell("qemu-img rebase -u -b a.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("qemu-img rebase -u -b '' top.qcow2")
    try pool.scan()
    let path = "\(pool.path)/top.qcow2"
    let settled = try pool.backstory("settle", path, "--kind", "backing-changed", "--reason", "new")
    #expect(settled.code == 0, "\(settled.complaint)")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `one that was made flat is in order, also where its base held nothing`() throws {
    let pool = try pool(writing: 9)
    try pool.image("none.qcow2")
    try pool.image("flat.qcow2", "-b none.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("qemu-img rebase -b '' top.qcow2; qemu-img rebase -b '' flat.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `the base of its base is another one, where what lay between was not copied`() throws {
    let pool = try pool()
    try pool.image("mid.qcow2", "-b a.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 5 1M 64k' mid.qcow2 >/dev/null")
    try pool.image("leaf.qcow2", "-b mid.qcow2 -F qcow2")
    try pool.shell("cp leaf.qcow2 ../leaf")
    try pool.scan()
    try pool.shell(
      "qemu-img rebase -u -b a.qcow2 -F qcow2 leaf.qcow2; touch -d '1 hour ago' leaf.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed leaf.qcow2"])
    try pool.scan()
    #expect(try pool.findings() == ["backing-changed leaf.qcow2"])
    try pool.shell("cp ../leaf leaf.qcow2 && qemu-img rebase -b a.qcow2 -F qcow2 leaf.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `an overlay that held nothing and was made anew is no victim of its base`() throws {
    let pool = try pool()
    try pool.shell("qemu-io -c 'write -P 4 1M 64k' a.qcow2 >/dev/null")
    try pool.image("top.qcow2", "-b a.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 8 3M 64k' top.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `one that nobody wrote to is, though it holds nothing`() throws {
    let pool = try pool()
    try pool.shell("qemu-io -c 'write -P 4 1M 64k' a.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified a.qcow2"])
    try pool.shell("chmod 600 top.qcow2; chmod 644 top.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified a.qcow2"])
  }

  @Test func `one that was written to before its base is`() throws {
    let pool = try pool()
    try pool.shell("qemu-io -c 'write -P 8 3M 64k' top.qcow2 >/dev/null; sleep 0.01")
    try pool.shell("qemu-io -c 'write -P 4 1M 64k' a.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified a.qcow2"])
  }
}
