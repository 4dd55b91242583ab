import Foundation
import Testing

/// Whose an image's file is, and how many names it has: what a scan records and what is answered.
@Suite(RealPool.needsQemuImg) struct OwnershipTests {
  @Test func `show and blame tell owner, mode and names, and since when`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.shell("chmod 640 a.qcow2")
    try pool.scan()
    let file = pool.path + "/a.qcow2"
    let status = try FileManager.default.attributesOfItem(atPath: file)
    let first = try pool.backstory(["show", file, "--output", "json"]).object
    #expect(first["mode"] as? String == "0640")
    #expect(first["owner"] as? Int == status[.ownerAccountID] as? Int)
    #expect(first["group"] as? Int == status[.groupOwnerAccountID] as? Int)
    #expect(first["link-count"] as? Int == 1)

    try pool.shell("chmod 600 a.qcow2 && ln a.qcow2 ../elsewhere")
    try pool.scan()
    let second = try pool.backstory(["show", file, "--output", "json"]).object
    #expect(second["mode"] as? String == "0600")
    #expect(second["link-count"] as? Int == 2)
    #expect(try pool.backstory(["show", file]).output.contains("mode 0600, 2 names"))
    let then = try pool.backstory(["show", file, "--at", "1", "--output", "json"]).object
    #expect(then["mode"] as? String == "0640")

    let blame = try pool.backstory(["blame", file, "--output", "json"]).object
    let mode = try #require(blame["mode"] as? [String: Any])
    #expect(mode["value"] as? String == "0600")
    #expect(mode["before"] as? String == "0640")
    #expect((mode["since"] as? [String: Any])?["scan"] as? Int == 2)
    // Who may read a file is no change of the disk.
    #expect(try pool.backstory(["diff", "--exit-code"]).code == 0)
    #expect(try pool.backstory(["verify"]).code == 0)
  }

  @Test(.enabled(if: Tool.isThere("sqlite3"), "sqlite3 is not installed"))
  func `a database has an identity, and every scan a token of its own`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    for _ in 1...2 { try pool.scan() }
    let run = try Program.shell(
      """
      sqlite3 db.sqlite "SELECT length(database), generation FROM identity;
        SELECT count(DISTINCT token), min(length(token)) FROM scan"
      """, in: pool.folder)
    #expect(run.output == "16|1\n2|16\n", "\(run.complaint)")
  }
}
