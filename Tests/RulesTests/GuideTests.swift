import Database
import Foundation
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// The finding that the guide adds, file by file: its files stand in `Guide`, are compiled with these tests and judge
/// scans.
@Suite struct GuideTests {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()

  private static let top = tests.deletingLastPathComponent().deletingLastPathComponent()

  private func page() throws -> String {
    try String(
      contentsOf: Self.top.appending(path: "Documentation/guide/extending.md"), encoding: .utf8)
  }

  private func guide(_ language: String) throws -> String {
    let finding = try #require(try page().components(separatedBy: "## A finding").last)
    let block = try #require(finding.components(separatedBy: "```\(language)\n").dropFirst().first)
    return try #require(block.components(separatedBy: "   ```").first)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("   ") ? $0.dropFirst(3) : $0 }.joined(separator: "\n")
  }

  private func file(_ name: String) throws -> String {
    try String(contentsOf: Self.tests.appending(path: "Guide/\(name)"), encoding: .utf8)
  }

  @Test func `its files are those of the guide, word for word`() throws {
    // What is outside of the room has to import it.
    let swift = try file("ImageEmpty.swift").replacing("\n@testable import Rules\n", with: "")
    #expect(try guide("swift") == swift)
    #expect(try guide("sql") == file("image_empty.sql"))
  }

  /// A change of a file that is there: its path, and the lines before it.
  private func changes() throws -> [(path: String, before: String)] {
    var changes: [(path: String, before: String)] = []
    var path = ""
    var isChange = false
    for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
      if let step = line.wholeMatch(of: /[0-9]\. `([^`]+)`.*/) { path = String(step.1) }
      if line == "   ```diff" { changes.append((path, "")) }
      isChange = line == "   ```diff" || (isChange && line != "   ```")
      // Of the three columns behind the list's margin, the first says what becomes of the line.
      let text = line.dropFirst(3)
      if isChange, text.first == " " || text.first == "-" {
        changes[changes.count - 1].before += text.dropFirst() + "\n"
      }
    }
    return changes
  }

  /// `Scripts/try-guide` makes the changes in a copy, and builds it.
  @Test func `each line that it changes is there, once`() throws {
    let changes = try changes()
    #expect(changes.count > 15)
    for (path, before) in changes {
      let text = try String(contentsOf: Self.top.appending(path: path), encoding: .utf8)
      #expect(text.components(separatedBy: before).count == 2, "\(path):\n\(before)")
    }
  }

  private func empty(_ pool: ScriptedPool, _ name: String) -> SeenFile {
    var file = pool.plain(name)
    file.fileSize = 0
    file.hasDiskName = true
    return file
  }

  /// The open findings: image, since, last seen right.
  private func open(_ pool: ScriptedPool) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    try pool.view().rows(
      sql: """
        SELECT CAST(place.name AS TEXT), finding.from_scan, finding.last_good
        FROM finding JOIN place ON place.image = finding.holder AND place.until_scan IS NULL
        WHERE finding.kind = 'image-empty' AND finding.until_scan IS NULL ORDER BY 1
        """
    ) { rows.append($0.cells) }
    return rows
  }

  @Test func `it opens in a new database, whatever its first look leaves out`() throws {
    for look in [FirstLook.all, Rule.imageEmpty.firstLook] {
      let pool = try ScriptedPool()
      var rule = Rule.imageEmpty
      rule.firstLook = look
      pool.rules = Rule.all + [rule]
      try pool.scan([empty(pool, "none.img"), pool.image("some.qcow2")])
      #expect(try open(pool) == [[.text("none.img"), .integer(1), .null]])
    }
  }

  @Test
  func `it opens in an old database at the next scan, and nobody says that all was well before`()
    throws
  {
    let pool = try ScriptedPool()
    try pool.scan([empty(pool, "none.img"), pool.image("some.qcow2")])
    try pool.scan()
    pool.rules = Rule.all + [.imageEmpty]
    try pool.scan()
    #expect(try open(pool) == [[.text("none.img"), .integer(3), .null]])
    try pool.scan()
    #expect(try open(pool) == [[.text("none.img"), .integer(3), .null]])
    // It is judged like any other from then on.
    try pool.scan([empty(pool, "more.img")])
    #expect(try open(pool).count == 2)
    try pool.scan(gone: ["none.img"])
    #expect(try open(pool) == [[.text("more.img"), .integer(5), .null]])
  }

  @Test(arguments: Seeds.first(6))
  func `among random images it opens for those that are empty, old database or new`(
    seed: UInt64
  ) throws {
    let (old, new) = (try ScriptedPool(), try ScriptedPool())
    var numbers = SeededNumbers(seed: seed)
    let files = old.randomFiles(&numbers).filter { !$0.mayStandElsewhere && $0.header != nil }
      .map { file in
        var file = file
        if Int.random(in: 0..<4, using: &numbers) == 0 { file.fileSize = 0 }
        return file
      }
    try old.scan(files)
    for pool in [old, new] { pool.rules = Rule.all + [.imageEmpty] }
    try old.scan()
    try new.scan(files)
    #expect(try open(old).map { $0[0] } == open(new).map { $0[0] }, "seed \(seed)")
  }

  @Test func `it says what to do, in a sentence and at length`() throws {
    let rule = Rule.imageEmpty
    let terms = FindingTerms(subject: "/pool/none.img", target: "", detail: [:])
    #expect(rule.sentence(terms) == "'/pool/none.img' holds nothing; restore it from a copy.")
    #expect(rule.kind.rawValue == "image-empty")
    #expect(rule.severity == .warning && rule.subject == .image && rule.traits.isEmpty)
    let texts = rule.explanation
    for text in [texts.meaning, texts.opens, texts.closes, texts.action, texts.harmless] {
      #expect(text.hasSuffix("."))
    }
    #expect(Set(Rule.all.map(\.kind)).isDisjoint(with: [rule.kind]))
  }
}
