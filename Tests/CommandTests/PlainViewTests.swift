import Foundation
import Testing

/// The views with plain names: what people ask in SQL without knowing of intervals.
@Suite(RealPool.needsQemuImg) struct PlainViewTests {
  /// Three nights: a machine on an overlay of a base; the base moves, a new image comes, one goes; the base is back.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("gone.qcow2")
    try tree.images.shell("qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 top.qcow2")
    try tree.define("m", tree.disk("top.qcow2"))
    try tree.scan()
    try tree.images.shell("mkdir sub && mv base.qcow2 sub/ && rm gone.qcow2")
    try tree.images.image("new.qcow2")
    try tree.scan()
    try tree.images.shell("mv sub/base.qcow2 .")
    try tree.scan()
    return tree
  }

  private func rows(_ tree: LibvirtTree, _ query: String) throws -> [[String: Any]] {
    try tree.backstory(["sql", "--output", "json", query]).objects
  }

  @Test func `pools, machines and their uses are told as the last scan knows them`() throws {
    let tree = try tree()
    let pools = try rows(tree, "SELECT * FROM pools")
    #expect(pools.count == 1)
    #expect(pools.first?["state"] as? String == "complete")
    #expect(pools.first?["last_scan"] as? Int == 3)
    #expect(pools.first?["last_complete_scan"] as? Int == 3)
    #expect((pools.first?["capacity"] as? Int).map { $0 > 0 } == true)
    #expect(try rows(tree, "SELECT * FROM machines").map { $0["machine"] as? String } == ["m"])
    let uses = try rows(
      tree, "SELECT role, state, filename FROM machine_uses JOIN current_images USING (image_id)")
    #expect(uses.count == 1)
    #expect(uses.first?["role"] as? String == "disk")
    #expect((uses.first?["filename"] as? String)?.hasSuffix("/top.qcow2") == true)
  }

  @Test func `a pool's size has an image once, however many names it has`() throws {
    let tree = try tree()
    let size = { try #require(try tree.objects("pools").first?["actual-size"] as? Int) }
    let before = try size()
    try tree.images.shell("mkdir -p twins && ln new.qcow2 twins/one && ln new.qcow2 two.qcow2")
    try tree.scan()
    #expect(try size() == before)
    try tree.images.image("more.qcow2")
    try tree.scan()
    #expect(try size() > before)
  }

  @Test func `findings have their pool, what the reference says, and when they closed`() throws {
    let tree = try tree()
    let found = try rows(tree, "SELECT * FROM findings WHERE kind = 'backing-missing'")
    #expect(found.count == 1)
    let finding = try #require(found.first)
    #expect(finding["stored"] as? String == "base.qcow2")
    #expect(finding["closed_by_scan"] as? Int == 3)
    #expect((finding["closed"] as? String)?.hasSuffix("Z") == true)
    #expect(
      try finding["pool"] as? String == rows(tree, "SELECT pool FROM pools")[0]["pool"] as? String)
  }

  @Test func `events tell what images and findings did in each scan`() throws {
    let tree = try tree()
    let events = try rows(
      tree,
      "SELECT scan, event, filename FROM events WHERE kind IS NOT 'orphan' ORDER BY scan, event")
    let told = events.map {
      let name = ($0["filename"] as? String)?.split(separator: "/").last ?? ""
      return "\($0["scan"] ?? 0) \($0["event"] ?? "") \(name)"
    }
    #expect(
      told == [
        "2 appeared new.qcow2", "2 finding-opened top.qcow2", "2 moved base.qcow2",
        "2 vanished gone.qcow2", "3 finding-closed top.qcow2", "3 moved base.qcow2",
      ], "\(told)")
  }

  @Test func `orphans are told apart from what something broken may mean`() throws {
    let tree = try tree()
    try tree.images.shell("mv base.qcow2 sub/")
    for _ in 1...2 { try tree.scan() }
    let found = try rows(tree, "SELECT verdict, filename FROM orphans ORDER BY verdict").map {
      "\($0["verdict"] ?? "") \(($0["filename"] as? String)?.split(separator: "/").last ?? "")"
    }
    #expect(found == ["awaited base.qcow2", "orphan new.qcow2"], "\(found)")
  }
}
