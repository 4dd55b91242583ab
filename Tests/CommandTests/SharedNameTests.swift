import Foundation
import Testing

/// An image with names in several pools: it is one image, and belongs to each of the pools.
@Suite(RealPool.needsQemuImg) struct SharedNameTests {
  private let pool: RealPool
  private var p: String { pool.path }
  private var r: String { pool.folder.url("r").path }

  /// A broken overlay and an image in order, each with a name in both pools.
  init() throws {
    pool = try RealPool()
    try pool.shell("mkdir ../r")
    try pool.image("a", size: "1M")
    try pool.image("o", "-b a -F qcow2")
    try pool.image("c", size: "1M")
    try pool.shell("rm a; ln o ../r/o2; ln c ../r/d")
  }

  private func answer(_ words: String...) throws -> Run {
    try pool.backstory(words + ["--output", "json"])
  }

  private func names(_ run: Run) -> [String] {
    run.objects.compactMap { $0["filename"] as? String }
  }

  @Test func `a scan counts it once, and knows what it was`() throws {
    let first = try pool.scan(p, r)
    #expect([first.count("images"), first.count("added"), first.count("unchanged")] == [2, 2, 0])
    let pools = first.object["pools"] as? [[String: Any]]
    #expect(pools?.map { $0["images"] as? Int } == [2, 2])
    let again = try pool.scan(p, r)
    #expect([again.count("images"), again.count("added"), again.count("unchanged")] == [2, 0, 2])
    #expect(try answer("scans").objects.map { $0["images"] as? Int } == [2, 2])
    try pool.image("../r/own", size: "1M")
    let more = try pool.scan(p, r)
    #expect([more.count("images"), more.count("added"), more.count("unchanged")] == [3, 1, 2])
    let one = try pool.scan(r)
    #expect(
      [one.count("images"), one.count("unchanged")] == [3, 3], "one pool has all of its images")
    try pool.shell("mkdir ../s && qemu-img create -q -f qcow2 ../s/x 1M")
    _ = try pool.scan(p, r, pool.folder.url("s").path)
    let two = try pool.scan(p, r)
    #expect([two.count("images"), two.count("unchanged")] == [3, 3], "of three pools two")
    #expect(try answer("list").objects.count == 4)
  }

  @Test func `every command with a pool takes what stands in it`() throws {
    try pool.scan(p, r)
    for name in [p, r] {
      #expect(try names(answer("list", "--pool", name)) == ["\(p)/c", "\(p)/o"], "\(name)")
      #expect(try names(answer("list", "--pool", name, "--format", "qcow2")).count == 2)
      #expect(try names(answer("list", "--pool", name, "--format", "raw")) == [])
      let check = try answer("check", "--pool", name)
      #expect(check.objects.map { $0["kind"] as? String } == ["backing-missing"], "\(name)")
      #expect(check.code == 2)
      let monitor = try pool.backstory("monitor", "--pool", name)
      #expect(monitor.output.contains(" 1 error,") && monitor.code == 2, "\(monitor.output)")
      #expect(
        try names(answer("log", "--pool", name, "--event", "appeared")).sorted()
          == ["\(p)/c", "\(p)/o"], "\(name)")
    }
    let both = try pool.backstory("monitor", "--pool", p, "--pool", r)
    #expect(both.output.contains(" 1 error,"), "once: \(both.output)")
    #expect(try answer("pools").objects.map { $0["open-findings"] as? Int } == [1, 1])
    #expect(try answer("pools").objects.map { $0["images"] as? Int } == [2, 2])
    #expect(try pool.backstory("ack", "--kind", "backing-missing", "--pool", r).code == 0)
    #expect(try pool.backstory("monitor", "--pool", r).output.contains("1 acknowledged"))
    #expect(
      try pool.backstory("ack", "--kind", "backing-missing", "--pool", r, "--end").code == 0)
  }

  @Test func `the images of a pool are listed in the order of their names`() throws {
    try pool.shell(
      "mkdir ../0; for n in b m; do qemu-img create -q -f qcow2 ../r/$n 1M; ln ../r/$n ../0/$n; done"
    )
    let zero = pool.folder.url("0").path
    try pool.scan(p, r, zero)
    #expect(
      try names(answer("list", "--pool", r)) == ["\(zero)/b", "\(zero)/m", "\(p)/c", "\(p)/o"])
    #expect(try names(answer("list", "--pool", zero)) == ["\(zero)/b", "\(zero)/m"])
    #expect(try names(answer("list", "--pool", p)) == ["\(p)/c", "\(p)/o"])
  }

  @Test func `what changes in any of its pools is a change of each`() throws {
    try pool.scan(p, r)
    try pool.shell("qemu-img create -q -f qcow2 a 1M; qemu-img resize -q c 2M")
    try pool.scan(p, r)
    for name in [p, r] {
      let diff = try answer("diff", "--pool", name).object
      let changed = (diff["changes"] as? [[String: Any]])?
        .filter { $0["change"] as? String == "changed" }.compactMap { $0["filename"] as? String }
      #expect(changed?.contains("\(p)/c") == true, "\(name)")
      let closed = (diff["findings"] as? [String: Any])?["closed"] as? [Any]
      #expect(closed?.count == 1, "\(name)")
      #expect(try names(answer("log", "--pool", name, "--event", "resized")) == ["\(p)/c"])
      #expect(try names(answer("log", "--pool", name, "--event", "finding-closed")) == ["\(p)/o"])
    }
    let diff = try answer("diff", "--pool", r).object["changes"] as? [[String: Any]]
    #expect(diff?.contains { $0["filename"] as? String == "\(p)/a" } == false)
  }

  @Test func `a finding's pool is that of its filename in SQL too, then and ever after`() throws {
    try pool.shell("mv o ../r/o; rm ../r/o2")
    try pool.scan(p, r)
    try pool.shell("ln ../r/o oo")
    try pool.scan(p, r)
    let told = { (words: [String]) in
      try answer(words: words).objects.map { "\($0["pool"] ?? "") \($0["filename"] ?? "")" }
    }
    func then() throws -> [[String]] {
      try [
        told(["sql", "SELECT pool, filename FROM open_findings", "--at", "2"]),
        told(["sql", "SELECT pool, filename FROM findings", "--at", "2"]),
        told(["check", "--at", "2"]),
      ]
    }
    let before = try then()
    #expect(before == Array(repeating: ["\(p) \(p)/oo"], count: 3))
    try pool.shell("rm ../r/o")
    try pool.scan(p, r)
    #expect(try then() == before)
  }

  private func answer(words: [String]) throws -> Run {
    try pool.backstory(words + ["--output", "json"])
  }
}
