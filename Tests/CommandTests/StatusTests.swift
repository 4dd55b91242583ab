import Foundation
import Testing

/// One screen, and one object, that says how it stands.
@Suite(RealPool.needsQemuImg) struct StatusTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.image("base.qcow2")
    for name in ["a", "b", "c"] { try pool.image("\(name).qcow2", "-b base.qcow2 -F qcow2") }
    try pool.image("own.qcow2")
    try pool.scan()
  }

  private func status(_ more: String...) throws -> [String: Any] {
    try pool.backstory(["status", "--output", "json"] + more).object
  }

  private func causes(_ more: [String] = []) throws -> [[String: Any]] {
    let run = try pool.backstory(["status", "--output", "json"] + more)
    return run.object["causes"] as? [[String: Any]] ?? []
  }

  @Test func `nothing wrong is one line and the pools`() throws {
    let run = try pool.backstory("status")
    #expect(run.code == 0 && run.output.contains("all 5 images have no findings"))
    #expect(!run.output.contains("Next:"))
    #expect(try causes().isEmpty)
  }

  @Test func `images that lost one base are one cause, by whatever spelling`() throws {
    try pool.shell("mv base.qcow2 ../gone.qcow2; ln -s . here")
    try pool.image("d.qcow2", "-u -b here/base.qcow2 -F qcow2", size: "1M")
    try pool.scan()
    let cause = try #require(try causes().first)
    #expect(try causes().count == 1)
    #expect(cause["images"] as? Int == 4 && cause["domains"] as? Int == 0)
    #expect(cause["kind"] as? String == "backing-missing")
    #expect(cause["severity"] as? String == "error")
    let number = try #require(cause["cause"] as? Int)
    #expect(cause["repair"] as? [String] == ["backstory", "repair", "--cause", "\(number)"])
    #expect(try status()["new"] as? Int == 4)
    #expect((try status()["counts"] as? [String: Int])?["error"] == 4)
    let screen = try pool.backstory("status")
    #expect(screen.code == 2)
    #expect(screen.output.contains("Next: backstory repair --cause \(number)"))
  }

  @Test func `a cause keeps its number while one of its findings is open, and no other gets it`()
    throws
  {
    try pool.shell("mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    let number = try causes().first?["cause"] as? Int
    try pool.shell("rm a.qcow2 b.qcow2")
    try pool.image("e.qcow2", "-u -b base.qcow2 -F qcow2", size: "1M")
    try pool.scan()
    #expect(try causes().map { $0["cause"] as? Int } == [number])
    try pool.shell("mv ../gone.qcow2 base.qcow2")
    try pool.scan()
    #expect(try causes().isEmpty)
    try pool.shell("mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    let later = try #require(try causes().first?["cause"] as? Int)
    #expect(later > number ?? .max)
    #expect(try causes(["--at", "2"]).map { $0["cause"] as? Int } == [number])
    #expect(
      try causes(["--at", "2"]).first?["repair"] as? [String]
        == ["backstory", "repair", "--cause", "\(number ?? 0)"])
  }

  @Test func `check and repair take a cause that is open, and no other`() throws {
    try pool.shell("mv base.qcow2 moved.qcow2")
    try pool.image("x.qcow2", "-u -b other.qcow2 -F qcow2", size: "1M")
    try pool.scan()
    let number = try #require(
      try causes().first { ($0["images"] as? Int) == 3 }?["cause"] as? Int)
    let check = try pool.backstory("check", "--cause", "\(number)", "--output", "json")
    #expect(check.code == 2 && check.objects.count == 3)
    let repair = try pool.backstory("repair", "--cause", "\(number)", "--output", "json")
    #expect(repair.code == 0 && repair.objects.count == 3)
    for words in [["check"], ["repair"]] {
      let run = try pool.backstory(words + ["--cause", "99999"])
      #expect(run.code == 1 && run.complaint.contains("backstory status"))
    }
    #expect(try pool.backstory("repair", "--cause", "\(number)", "a.qcow2").code == 1)
    #expect(try pool.backstory("check", "--cause", "\(number)", "--kind", "orphan").code == 1)
  }

  @Test func `a cause is acknowledged and explained by its number`() throws {
    try pool.shell("mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    let number = try #require(try causes().first?["cause"] as? Int)
    let why = try pool.backstory("why", "--cause", "\(number)", "--output", "json")
    #expect(why.code == 0)
    #expect((why.object["finding"] as? [String: Any])?["kind"] as? String == "backing-missing")
    #expect(try pool.backstory("why").code == 1)
    let ack = try pool.backstory(
      "ack", "--cause", "\(number)", "--reason", "known", "--output", "json")
    #expect(ack.code == 0 && ack.objects.count == 3, "\(ack.complaint)")
    #expect(try pool.backstory("check").code == 0)
    #expect(try status()["acknowledged"] as? Int == 3)
    #expect(try causes().first?["acknowledged"] as? Int == 3)
    let screen = try pool.backstory("status")
    #expect(screen.code == 0 && screen.output.contains("3 findings acknowledged"))
    #expect(!screen.output.contains("as they should"))
    #expect(try pool.backstory("ack", "--cause", "\(number)", "--kind", "orphan").code == 1)
  }

  @Test func `no command is status where there is a database, and help where there is none`() throws
  {
    let status = try pool.backstory("status")
    let bare = try pool.backstory([])
    #expect(bare.output == status.output && bare.code == 0)
    let named = try pool.backstory(["--no-pager", "--output", "json"])
    #expect(named.output == (try pool.backstory("status", "--output", "json")).output)
    #expect(try pool.backstory(["--db", "nowhere.sqlite"]).complaint.contains("nowhere.sqlite"))
    let folder = try Folder()
    let none = try Program.run(
      [], in: folder, environment: ["BACKSTORY_DB": folder.url("none.sqlite").path])
    #expect(none.code == 1 && none.complaint.contains("scan"))
  }

  @Test func `what was not seen is told, and nothing is called whole`() throws {
    try pool.shell("mv ../pool ../away")
    _ = try pool.backstory("scan")
    let answer = try status()
    #expect(answer["state"] as? String == "partial")
    #expect((answer["stale"] as? [[String: Any]])?.count == 1)
    let pools = answer["pools"] as? [[String: Any]]
    #expect(pools?.first?["state"] as? String == "unavailable")
    #expect((pools?.first?["last-complete-scan"] as? [String: Any])?["scan"] as? Int == 1)
    let screen = try pool.backstory("status")
    #expect(screen.output.contains("was not seen") && !screen.output.contains("all 5"))
  }
}
