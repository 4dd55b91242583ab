import Foundation
import Testing

@Suite struct UsageTests {
  static let verbs = [
    "inspect", "scan", "list", "show", "chain", "dependents", "check", "broken", "unformatted",
    "orphans", "diff", "history", "scans", "pools", "sql", "graph", "report", "prune", "xml",
    "nightly", "config", "metrics", "monitor", "repair", "relocate", "verify", "explain", "log",
    "blame", "uses", "nights", "bisect", "why", "ack", "settle", "keep", "status", "machines",
    "churn", "trend",
  ]

  @Test func `help is an answer`() throws {
    let run = try Program.run("--help")
    #expect(run.code == 0)
    #expect(run.complaint.isEmpty)
    for verb in Self.verbs { #expect(run.output.contains("\n  \(verb) ")) }
  }

  @Test(arguments: verbs)
  func `every verb has help that begins with examples`(verb: String) throws {
    let run = try Program.run(verb, "--help")
    #expect(run.code == 0)
    let example = try #require(run.output.range(of: "\nbackstory \(verb)"))
    let usage = try #require(run.output.range(of: "\nUSAGE:"))
    #expect(example.lowerBound < usage.lowerBound)
  }

  @Test func `the version is an answer`() throws {
    let run = try Program.run("--version")
    #expect(run.code == 0)
    #expect(run.output == "0.1.0\n")
  }

  @Test(RealPool.needsQemuImg)
  func `options of every verb may stand before it`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    let database = pool.folder.url("other.sqlite").path
    let scan = try pool.backstory("--db", database, "--output=json", "scan", pool.path)
    #expect(scan.code == 0, "\(scan.complaint)")
    #expect(scan.count("images") == 1)
    let list = try pool.backstory("--at", "1", "--db=\(database)", "list", "--output", "csv")
    #expect(list.code == 0, "\(list.complaint)")
    #expect(list.output.contains("base.qcow2"))
    // What a verb does not know it refuses, wherever it stands.
    let inspect = try pool.backstory("--db", database, "inspect", pool.path + "/base.qcow2")
    #expect(inspect.code == 1)
    #expect(inspect.complaint.contains("unknown option '--db'"))
    #expect(try pool.backstory("--output").code == 1)
  }

  @Test func `without a verb the help is a complaint`() throws {
    let run = try Program.run(environment: ["BACKSTORY_DB": "/nowhere/inventory.sqlite"])
    #expect(run.code == 1)
    #expect(run.output.isEmpty)
    #expect(run.complaint.contains("USAGE: backstory <subcommand>"))
  }

  @Test(arguments: [
    (["frobnicate"], "there is no command 'frobnicate'; see 'backstory help'"),
    (
      ["list", "--format", "vhd"],
      "the value 'vhd' is invalid for '--format <format>': it is one of raw, qcow, qcow2, qed, vmdk, "
        + "vpc, vhdx, vdi, parallels, luks, bochs, cloop, dmg; see 'backstory list --help'"
    ),
    (["help", "lisp"], "there is no command 'lisp'; see 'backstory help'"),
    (
      ["list", "--poll", "x"],
      "unknown option '--poll' (did you mean '--pool'?); see 'backstory list --help'"
    ),
    (["scan", "--jobs", "0"], "--jobs is 0; it must be 1 to 1024; see 'backstory scan --help'"),
    (
      ["scan", "--pool", "/srv"],
      "'/srv' is not a pool; write NAME=PATH; see 'backstory scan --help'"
    ),
    (["inspect"], "missing expected argument '<files> ...'; see 'backstory inspect --help'"),
    (["inspect", ""], "a path must not be empty; see 'backstory inspect --help'"),
    (
      ["list", "--at", "noon"],
      "the value 'noon' is invalid for '--at <when>'; see 'backstory list --help'"
    ),
    (
      ["list", "--at", "2026-02-29"],
      "the value '2026-02-29' is invalid for '--at <when>'; see 'backstory list --help'"
    ),
    (
      ["scans", "--output", "xml"],
      "the value 'xml' is invalid for '--output <output>': it is one of 'human', 'json' or 'csv'; "
        + "see 'backstory scans --help'"
    ),
    (
      ["orphans", "--older-than", "7x"],
      "the value '7x' is invalid for '--older-than <age>'; see 'backstory orphans --help'"
    ),
    (
      ["show", "#twelve"],
      "'#twelve' is not an image number; write '#12', or a path './#twelve'; "
        + "see 'backstory show --help'"
    ),
    (
      ["show", "--escaped", "a\\q"],
      "'a\\q' is not in the escaped form; write a backslash as \\\\; see 'backstory show --help'"
    ),
  ])
  func `bad usage is one sentence and exit code 1`(arguments: [String], sentence: String) throws {
    let run = try Program.run(arguments)
    #expect(run.code == 1)
    #expect(run.output.isEmpty)
    #expect(run.complaint == "backstory: \(sentence)\n")
  }

  @Test func `what monitor cannot do is unknown to Nagios, and no warning`() throws {
    let run = try Program.run("monitor", "--bogus")
    #expect(run.code == 3)
    let sentence = "unknown option '--bogus'; see 'backstory monitor --help'"
    #expect(run.output == "BACKSTORY UNKNOWN - \(sentence)\n")
    #expect(run.complaint == "backstory: \(sentence)\n")
  }

  @Test(arguments: verbs)
  func `help fits a terminal and names nothing of the program's own`(verb: String) throws {
    let lines = try Program.run(verb, "--help").output.split(separator: "\n")
    let text = lines.drop { !$0.hasPrefix("OVERVIEW:") }.prefix { !$0.hasPrefix("USAGE:") }
    for line in text where !line.hasPrefix("backstory ") { #expect(line.count <= 80, "\(line)") }
    #expect(!lines.contains { $0.contains("(back:") })
    // A sentence that goes on begins no line of its own that is much too short.
    for (line, next) in zip(text, text.dropFirst()) where next.first?.isLowercase == true {
      let word = next.prefix { $0 != " " }
      guard !next.hasPrefix("backstory ") else { continue }
      #expect(line.count + 1 + word.count >= 80, "\(line)")
    }
  }

  @Test func `a first scan of nothing makes no database`() throws {
    let folder = try Folder()
    for arguments in [["scan", "nowhere", "--db", "new.sqlite"], ["scan", "--db", "new.sqlite"]] {
      #expect(try Program.run(arguments, in: folder).code == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
  }

  @Test func `a kind that is not known is answered with those that are`() throws {
    let run = try Program.run("check", "--kind", "bad-luck")
    #expect(run.code == 1)
    #expect(run.complaint.contains(": it is one of backing-missing, "))
    #expect(run.complaint.split(separator: "\n").count == 1)
  }

  @Test func `control characters of an argument do not reach the terminal`() throws {
    let run = try Program.run("list", "--\u{1b}[31m")
    #expect(run.code == 1)
    #expect(run.complaint.contains("\\x1b[31m"))
    #expect(!run.complaint.contains("\u{1b}"))
  }

  @Test(arguments: ["list", "check", "scans"])
  func `a database that is not there is one sentence and exit code 1`(verb: String) throws {
    let folder = try Folder()
    let run = try Program.run(verb, "--db", "none.sqlite", in: folder)
    #expect(run.code == 1)
    #expect(run.output.isEmpty)
    #expect(run.complaint.hasPrefix("backstory: "))
    #expect(run.complaint.contains("/none.sqlite'"))
    #expect(run.complaint.split(separator: "\n").count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func `the environment names the database, and the option wins`() throws {
    let folder = try Folder()
    let environment = ["BACKSTORY_DB": "of-environment.sqlite"]
    let named = try Program.run("scans", in: folder, environment: environment)
    #expect(named.complaint.contains("/of-environment.sqlite'"))
    let given = try Program.run(
      "scans", "--db", "of-option.sqlite", in: folder, environment: environment)
    #expect(given.complaint.contains("/of-option.sqlite'"))
  }
}
