import Foundation
import Testing

/// What people say of findings and images, as the log tells it.
@Suite(RealPool.needsQemuImg) struct SpokenEventTests {
  @Test func `the log tells what people said, in the night that they said it of`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2", "-u -b none.qcow2 -F qcow2", size: "1M")
    try pool.scan()
    try pool.image("base.qcow2")
    try pool.scan()
    #expect(try pool.backstory("ack", pool.path + "/a.qcow2", "--reason", "known").code == 0)
    #expect(try pool.backstory("keep", pool.path + "/base.qcow2").code == 0)
    try pool.scan()
    func said(_ more: String...) throws -> [String] {
      try pool.backstory(["log", "--output", "json"] + more).objects.compactMap {
        let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
        let word = $0["event"] as? String ?? ""
        return word.hasPrefix("finding") || word == "appeared"
          ? nil : "\($0["scan"] ?? 0) \(word) \(name) \($0["reason"] ?? "-")"
      }
    }
    #expect(try said() == ["2 kept base.qcow2 -", "2 acknowledged a.qcow2 known"])
    #expect(try said("--event", "kept") == ["2 kept base.qcow2 -"])
    #expect(try said("--event", "acknowledged") == ["2 acknowledged a.qcow2 known"])
    #expect(try said("--pool", pool.path, "--reverse").count == 2)
    #expect(try said("--kind", "backing-missing") == ["2 acknowledged a.qcow2 known"])
    #expect(try said("--at", "1") == [])
    #expect(try said("--since", "2") == [])
    #expect(try pool.backstory("log", "--oneline").output.contains("acknowledged"))
  }

  @Test func `the log tells by itself what was settled`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 9 64k 64k' top.qcow2 >/dev/null")
    try pool.scan()
    try pool.shell("qemu-io -c 'write -P 7 512k 64k' base.qcow2 >/dev/null")
    try pool.scan()
    #expect(try pool.backstory("settle", pool.path + "/base.qcow2").code == 0)
    try pool.scan()
    let log = try pool.backstory("log", "--event", "settled", "--output", "json").objects
    #expect(log.compactMap { $0["event"] as? String } == ["settled"])
  }
}
