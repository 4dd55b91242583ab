import Foundation
import Testing

/// A pool that is gone for good is let go of by a person's word, and calls itself otherwise by another.
@Suite(RealPool.needsQemuImg) struct ForgottenPoolTests {
  /// A pool with an overlay, and another with its base and a broken overlay; both scanned.
  private func pools() throws -> RealPool {
    let pool = try RealPool()
    try shell(pool, "mkdir old")
    try pool.image("../old/base.qcow2")
    try pool.image("../old/lost.qcow2", "-b gone.qcow2 -F qcow2 -u", size: "1M")
    try pool.image("top.qcow2", "-b ../old/base.qcow2 -F qcow2")
    try pool.scan("--pool", "vms=\(pool.path)", "--pool", "old=\(old(pool))")
    return pool
  }

  private func old(_ pool: RealPool) -> String { pool.folder.url("old").path }

  private func shell(_ pool: RealPool, _ line: String) throws {
    let run = try Program.shell(line, in: pool.folder)
    #expect(run.code == 0, "\(line): \(run.complaint)")
  }

  private func names(_ pool: RealPool, _ more: String...) throws -> [String] {
    let run = try pool.backstory(["list", "--output", "json"] + more)
    return run.objects.compactMap { ($0["filename"] as? NSString)?.lastPathComponent }.sorted()
  }

  private func kinds(_ pool: RealPool, _ more: String...) throws -> [String] {
    try pool.backstory(["check", "--output", "json"] + more).objects
      .compactMap { $0["kind"] as? String }.sorted()
  }

  @Test func `what is let go of is waited for no more, and earlier scans keep it`() throws {
    let pool = try pools()
    try shell(pool, "mv old away")
    #expect(try pool.backstory("scan").code == 3)
    #expect(try names(pool) == ["base.qcow2", "lost.qcow2", "top.qcow2"])
    let dry = try pool.backstory("pools", "--forget", "old", "--dry-run", "--output", "json")
    #expect(dry.code == 0 && dry.object["dry-run"] as? Bool == true)
    #expect(dry.object["images"] as? Int == 2 && dry.object["findings"] as? Int == 1)
    #expect(try pool.backstory("scan").code == 3)

    let done = try pool.backstory("pools", "--forget", "old", "--output", "json")
    #expect(done.code == 0 && done.object["path"] as? String == old(pool))
    #expect(try pool.backstory("scan").code == 0)
    #expect(try names(pool) == ["top.qcow2"])
    #expect(try kinds(pool) == ["backing-missing"])
    #expect(try names(pool, "--at", "1") == ["base.qcow2", "lost.qcow2", "top.qcow2"])
    #expect(try kinds(pool, "--at", "1") == ["backing-missing"])
    let listed = try pool.backstory("pools", "--output", "json").objects
    #expect(listed.compactMap { $0["name"] as? String } == ["vms"])
    #expect(try pool.backstory("pools", "--at", "1", "--output", "json").objects.count == 2)
    #expect(try pool.backstory("verify").code == 0)
    #expect(try pool.backstory("pools", "--forget", "old").code == 1)
  }

  @Test func `a link into a directory that is let go of leads outside the pools`() throws {
    let pool = try pools()
    #expect(try pool.backstory("pools", "--forget", old(pool)).code == 0)
    try pool.scan(pool.path)
    #expect(try kinds(pool) == ["backing-outside-pools"])
    // Scanned again it is known again, with the same numbers.
    let before = try pool.backstory("list", "--at", "1", "--output", "json").objects
    try pool.scan(pool.path, "--pool", "old=\(old(pool))")
    let after = try pool.backstory("list", "--output", "json").objects
    #expect(before.map { $0["image-id"] as? Int } == after.map { $0["image-id"] as? Int })
    #expect(try kinds(pool) == ["backing-missing"])
    #expect(try pool.backstory("verify").code == 0)
    #expect(try pool.backstory("scan").code == 0)
  }

  @Test func `what lies in another pool now is not let go of with its old one`() throws {
    let pool = try pools()
    #expect(try pool.backstory("pools", "--forget", "old").code == 0)
    try pool.scan("--pool", "all=\(pool.folder.url("").path)")
    #expect(try names(pool) == ["base.qcow2", "lost.qcow2", "top.qcow2"])
    #expect(try kinds(pool) == ["backing-missing"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a pool is called otherwise, and was called what it was`() throws {
    let pool = try pools()
    #expect(try pool.backstory("pools", "--rename", "old=vms").code == 1)
    try pool.scan()
    let run = try pool.backstory("pools", "--rename", "old=attic", "--output", "json")
    #expect(run.code == 0 && run.object["previous-name"] as? String == "old")
    #expect(try names(pool, "--pool", "attic") == ["base.qcow2", "lost.qcow2"])
    #expect(try names(pool, "--pool", "old", "--at", "1") == ["base.qcow2", "lost.qcow2"])
    #expect(try pool.backstory("list", "--pool", "old").code == 1)
    try pool.scan()
    #expect(try names(pool, "--pool", "attic") == ["base.qcow2", "lost.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test(arguments: [
    ["--forget", "nobody"], ["--forget", "old", "--at", "1"], ["--rename", "old"],
    ["--rename", "=new"], ["--forget", "old", "--rename", "old=new"], ["--dry-run"],
    ["--rename", "nobody=new"],
  ])
  func `what cannot be meant is refused, and changes nothing`(words: [String]) throws {
    let pool = try pools()
    #expect(try pool.backstory(["pools"] + words).code == 1)
    #expect(try pool.backstory("pools", "--output", "json").objects.count == 2)
  }

  @Test func `what the configuration names is not let go of`() throws {
    let pool = try pools()
    try pool.folder.write(
      Array("[[pool]]\nname = \"old\"\npath = \"\(old(pool))\"\n".utf8), "named.toml")
    for text in ["old", old(pool)] {
      let run = try pool.backstory(
        "pools", "--forget", text, "--config", pool.folder.url("named.toml").path)
      #expect(run.code == 1 && run.complaint.contains("named.toml"), "\(run.complaint)")
    }
  }
}
