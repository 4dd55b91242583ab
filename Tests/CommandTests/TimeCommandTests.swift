import Foundation
import FoundationXML
import Testing

/// Questions over time, on real images: exit codes, and what is refused.
@Suite(RealPool.needsQemuImg) struct TimeCommandTests {
  /// Three scans: an overlay is resized, then its base moves away.
  private func recorded() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("qemu-img resize -q top.qcow2 32M")
    try pool.scan()
    try pool.shell("mkdir gold && mv base.qcow2 gold/")
    try pool.scan()
    return pool
  }

  @Test func `log is the events of each night, newest first`() throws {
    let pool = try recorded()
    let events = try pool.backstory("log", "--output", "json").objects
    #expect(
      events.map { "\($0["scan"] ?? 0) \($0["event"] ?? "")" } == [
        "3 finding-opened", "3 moved", "2 resized", "1 appeared", "1 appeared",
      ])
    let reversed = try pool.backstory("log", "--output", "json", "--reverse").objects
    #expect(
      reversed.map { $0["event"] as? String } == events.reversed().map { $0["event"] as? String })
    let moved = try pool.backstory("log", "--output", "json", "--event", "moved,rebased").objects
    #expect(moved.count == 1)
    #expect((moved.first?["previous-filename"] as? String)?.hasSuffix("/base.qcow2") == true)
    let under = try pool.backstory("log", "--output", "json", "--under", "pool/gold").objects
    #expect(under.map { $0["event"] as? String } == ["moved"])
    let own = try pool.backstory("log", "pool/top.qcow2", "-n", "1", "--output", "json").objects
    #expect(own.map { $0["event"] as? String } == ["finding-opened"])
    #expect(try pool.backstory("log", "--event", "blew").code == 1)
    #expect(try pool.backstory("log", "pool/top.qcow2", "--pool", "x").code == 1)
    #expect(try pool.backstory("log", "--since", "1", "--until", "9").code == 1)
    #expect(try pool.backstory("log", "pool/none.qcow2").code == 1)
  }

  @Test func `bisect ends with 2 where it is bad now, why says what moved`() throws {
    let pool = try recorded()
    let bad = try pool.backstory(
      "bisect", "pool/top.qcow2", "--kind", "backing-missing", "--output", "json")
    #expect(bad.code == 2)
    #expect((bad.object["first-bad"] as? [String: Any])?["scan"] as? Int == 3)
    #expect((bad.object["last-good"] as? [String: Any])?["scan"] as? Int == 2)
    let nearest = (bad.object["changes"] as? [[String: Any]])?.first
    #expect(nearest?["event"] as? String == "moved" && nearest?["distance"] as? Int == 1)
    #expect(
      try pool.backstory("bisect", "pool/top.qcow2", "--kind", "backing-missing", "--at", "2").code
        == 0)
    #expect(try pool.backstory("bisect", "--where", "virtual_size > 20000000").code == 2)
    for wrong in [
      ["bisect", "pool/top.qcow2"], ["bisect", "--kind", "orphan"], ["bisect", "--where", "x >"],
    ] {
      #expect(
        try Program.run(wrong, in: pool.folder, environment: ["BACKSTORY_DB": "db.sqlite"]).code
          == 1)
    }
    let why = try pool.backstory("why", "pool/top.qcow2", "--output", "json")
    #expect(why.code == 0)
    #expect((why.object["cause"] as? [String: Any])?["kind"] as? String == "target-moved")
    #expect((why.object["timeline"] as? [[String: Any]])?.count == 3)
  }

  @Test func `findings over a span have the exit code of check`() throws {
    let pool = try recorded()
    let ever = try pool.backstory("check", "--between", "1..latest", "--output", "json")
    #expect(ever.code == 2)
    #expect(ever.objects.first?["times"] as? Int == 1)
    #expect(ever.objects.first?["longest-scans"] as? Int == 1)
    try pool.shell("mv gold/base.qcow2 .")
    try pool.scan()
    let resolved = try pool.backstory(
      "check", "--between", "1", "4", "--resolved", "--output", "json")
    #expect(resolved.code == 0)
    #expect(resolved.objects.count == 1)
    for wrong in [
      ["--between", "1"], ["--between", "1..x"], ["--always"],
      ["--between", "1..2", "--since", "1"],
      ["--between", "1", "2", "3"],
    ] {
      let run = try Program.run(
        ["check"] + wrong, in: pool.folder, environment: ["BACKSTORY_DB": "db.sqlite"])
      #expect(run.code == 1 && run.complaint.hasPrefix("backstory: "), "\(wrong)")
    }
  }

  @Test func `trend draws what it tells, with nothing of a name in the markup`() throws {
    let pool = try RealPool()
    let name = "</svg><script>alert(1)</script>&\""
    try pool.folder.write(
      Array("[[pool]]\nname = '\(name)'\npath = '\(pool.path)'\n".utf8), "b.toml")
    try pool.image("a.qcow2")
    try pool.scan("--config", "b.toml")
    try pool.shell("qemu-io -c 'write 0 4M' a.qcow2 >/dev/null")
    try pool.scan("--config", "b.toml")
    for group in ["pool", "format", "machine", "base", "file-system"] {
      let drawing = try pool.backstory("trend", "--svg", "--by", group)
      #expect(drawing.code == 0)
      #expect(drawing.output.hasPrefix("<svg xmlns="))
      #expect(drawing.output.hasSuffix("</svg>\n"))
    }
    let text = try pool.backstory("trend", "--svg").output
    #expect(text.contains("Growth of &lt;/svg&gt;&lt;script&gt;") && !text.contains("<script"))
    // The file system may take a block more or less for what lies about the data.
    #expect(text.contains(/on disk, \+4\.0\d MiB in/))
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse())
  }

  @Test func `trend has the room of the file system, and foretells nothing of three nights`() throws
  {
    let pool = try recorded()
    let part = try #require(try pool.backstory("trend", "--output", "json").objects.first)
    let points = part["points"] as? [[String: Any]] ?? []
    #expect(points.compactMap { $0["scan"] as? Int } == [1, 2, 3])
    #expect(points.compactMap { $0["images"] as? Int } == [2, 2, 2])
    #expect(points.compactMap { $0["findings"] as? Int } == [0, 0, 1])
    for point in points {
      #expect((point["capacity"] as? Int ?? 0) > (point["actual-size"] as? Int ?? .max))
    }
    let forecast = try pool.backstory("trend", "--forecast")
    #expect(forecast.code == 1 && forecast.output.isEmpty)
    #expect(forecast.complaint.contains("less than 7 days have scans"))
    let none = try pool.backstory("trend", "--forecast", "--by", "format")
    #expect(none.code == 1 && none.complaint.contains("nothing is known of the room"))
  }

  @Test func `diff takes two scans in one word`() throws {
    let pool = try recorded()
    let one = try pool.backstory("diff", "1..3", "--output", "json")
    #expect(try one.output == pool.backstory("diff", "1", "3", "--output", "json").output)
    #expect(try pool.backstory("diff", "1..", "--output", "json").output == one.output)
    #expect(try pool.backstory("diff", "1..2", "3").code == 1)
  }
}
