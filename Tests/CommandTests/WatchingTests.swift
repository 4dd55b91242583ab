import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct WatchingTests {
  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("top.qcow2", "-b middle.qcow2 -F qcow2")
    try pool.image("lost.qcow2", "-u -b nowhere.qcow2 -F qcow2", size: "16M")
    return pool
  }

  @Test func `metrics count what is there`() throws {
    let pool = try pool()
    try pool.scan("--pool", "main=\(pool.path)")
    let run = try pool.backstory("metrics")
    #expect(run.code == 0)
    for line in [
      "backstory_images{pool=\"main\",format=\"qcow2\"} 4", "backstory_longest_chain_images 3",
      "backstory_findings{pool=\"main\",kind=\"backing-missing\",severity=\"error\"} 1",
      "backstory_findings{pool=\"main\",kind=\"orphan\",severity=\"warning\"} 0",
      "backstory_pool_complete{pool=\"main\"} 1", "backstory_reclaimable_bytes 0",
    ] { #expect(run.output.split(separator: "\n").contains { $0 == line }, "\(line)") }
  }

  @Test func `every line of metrics follows the text format`() throws {
    let pool = try pool()
    try pool.scan("--pool", "a\"b\\c=\(pool.path)")
    let text = try pool.backstory("metrics").output
    #expect(text.hasSuffix("\n"))
    var described: Set<Substring> = []
    var series: Set<Substring> = []
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
      let sample =
        #/^(?<name>[a-z_]+)(?<labels>\{[a-z]+="(?:[^"\\]|\\\\|\\"|\\n)*"(?:,[a-z]+="(?:[^"\\]|\\\\|\\"|\\n)*")*\})? [0-9.]+$/#
      if let help = line.wholeMatch(of: #/# HELP ([a-z_]+) [A-Z].*\./#) {
        #expect(described.insert(help.1).inserted, "\(line)")
      } else if let type = line.wholeMatch(of: #/# TYPE ([a-z_]+) gauge/#) {
        #expect(described.contains(type.1), "\(line)")
      } else if let match = line.wholeMatch(of: sample) {
        #expect(described.contains(match.name), "\(line)")
        #expect(series.insert(line.prefix { $0 != " " }).inserted, "\(line)")
      } else {
        Issue.record("no line of the format: \(line)")
      }
    }
    #expect(described.count == 15)
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"),
      "promtool is not installed"))
  func `promtool has nothing to say about the metrics`() throws {
    let pool = try pool()
    try pool.scan()
    let run = try Program.shell(
      "\"$BACKSTORY\" metrics --db db.sqlite | promtool check metrics", in: pool.folder)
    #expect(run.code == 0)
    #expect(run.output + run.complaint == "")
  }

  @Test func `a textfile is replaced whole, for everybody to read, and nothing else is`() throws {
    let pool = try pool()
    try pool.scan()
    try pool.shell("mkdir ../out; echo old > ../out/b.prom; ln ../out/b.prom ../kept")
    #expect(try pool.backstory("metrics", "--textfile", "out/b.prom").code == 0)
    #expect(try pool.folder.text("kept") == "old\n")
    let shown = try pool.backstory("metrics").output
    #expect(try pool.folder.text("out/b.prom") == shown)
    let seen = try Program.shell("stat -c %a out/b.prom; ls -A out", in: pool.folder)
    #expect(seen.output == "644\nb.prom\n")
    for target in ["/dev/null", "out", "link"] {
      try pool.shell("ln -sf ../out/b.prom ../link")
      let run = try pool.backstory("metrics", "--textfile", target)
      #expect(run.code == 1)
      #expect(run.complaint.hasPrefix("backstory: cannot replace '"))
    }
    #expect(try Program.shell("test -c /dev/null && test -L link", in: pool.folder).code == 0)
    #expect(try pool.backstory("metrics", "--textfile", "none/b.prom").code == 1)
  }

  @Test func `nightly writes the metrics that the configuration wants`() throws {
    let pool = try pool()
    let target = pool.folder.url("b.prom").path
    let text =
      "database = \"\(pool.folder.url("db.sqlite").path)\"\n[output]\nmetrics = \"\(target)\"\n"
      + "[[pool]]\nname = \"main\"\npath = \"\(pool.path)\"\n"
    try pool.folder.write(Array(text.utf8), "b.toml")
    try pool.shell("chmod 600 ../b.toml")
    #expect(try pool.backstory("nightly", "--config", "b.toml").code == 0)
    #expect(try pool.folder.text("b.prom").contains("backstory_images{pool=\"main\""))
    try pool.shell("rm ../b.prom; mkdir ../b.prom")
    let run = try pool.backstory("nightly", "--config", "b.toml")
    #expect(run.code == 1)
    #expect(run.complaint.hasPrefix("backstory: cannot replace '\(target)'"))
  }

  @Test func `nightly writes the report that the configuration wants`() throws {
    let pool = try pool()
    let target = pool.folder.url("night.html").path
    let text =
      "database = \"\(pool.folder.url("db.sqlite").path)\"\n[output]\nreport = \"\(target)\"\n"
      + "[[pool]]\nname = \"main\"\npath = \"\(pool.path)\"\n"
    try pool.folder.write(Array(text.utf8), "b.toml")
    try pool.shell("chmod 600 ../b.toml")
    #expect(try pool.backstory("nightly", "--config", "b.toml").code == 0)
    let page = try pool.folder.text("night.html")
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    #expect(try pool.backstory("report", "-").output == page)
    try pool.shell("rm ../night.html; mkdir ../night.html")
    let run = try pool.backstory("nightly", "--config", "b.toml")
    #expect(run.code == 1)
    #expect(run.complaint.hasPrefix("backstory: cannot replace '\(target)'"))
  }

  @Test func `monitor speaks as Nagios wants it`() throws {
    let pool = try pool()
    let none = try pool.backstory("monitor")
    #expect(none.code == 3)
    #expect(none.output.hasPrefix("BACKSTORY UNKNOWN - there is no database"))
    try pool.scan()
    let run = try pool.backstory("monitor")
    #expect(run.code == 2)
    #expect(run.output.hasPrefix("BACKSTORY CRITICAL - 1 error, 0 warnings, last complete scan "))
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(try pool.backstory("monitor", "--errors", "2").code == 0)
    #expect(try pool.backstory("monitor", "--errors", "2", "--stale-warning", "0m").code == 1)
    let other = try pool.backstory("monitor", "--pool", "other")
    #expect(other.code == 3)
    #expect(other.output == "BACKSTORY UNKNOWN - pool 'other' was never scanned\n")
    // One that is known does not hide one that nobody scans.
    let both = try pool.backstory(
      "monitor", "--errors", "2", "--pool", pool.path, "--pool", "other")
    #expect(both.code == 3)
    #expect(both.output.contains(", pool 'other' was never scanned | errors=1;"))
  }
}
