import Database
import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// What overlays stand on, against what they were made on: each verdict by the nights that lead to it.
@Suite struct FoundationTableTests {
  private let pool: ScriptedPool

  init() throws {
    pool = try ScriptedPool()
    try night(
      ["low": 1, "base": 2, "top": 3, "other": 20],
      {
        [$0.disk("low"), $0.disk("base", on: "low"), $0.disk("top", on: "base"), $0.disk("other")]
      }
    )
  }

  private func night(
    _ contents: [String: UInt64], gone: [String] = [],
    _ files: @escaping @Sendable (ScriptedPool) -> [SeenFile] = { _ in [] }
  ) throws {
    try pool.live(ScriptedNight(files: files, gone: gone, contents: contents))
  }

  private func told() throws -> [String] {
    try pool.findings().filter { $0.hasPrefix("base-modified") || $0.hasPrefix("backing-changed") }
  }

  @Test func `an overlay that is made again on the changed base is no victim`() throws {
    try night(["base": 9]) { [$0.disk("base", on: "low", at: 2)] }
    #expect(try told() == ["base-modified base"])
    try night([:]) { pool in
      var anew = pool.disk("top", on: "base", at: 3)
      anew.inode = 77
      return [anew]
    }
    #expect(try told() == [])
  }

  @Test func `a base has no victims once its overlays are gone`() throws {
    try night(["base": 9]) { [$0.disk("base", on: "low", at: 2)] }
    try night([:], gone: ["top"])
    #expect(try told() == [])
  }

  @Test func `what changed far below is told once, of the base that changed`() throws {
    try night(["low": 9, "base": 10]) { [$0.disk("low", at: 2)] }
    #expect(try told() == ["base-modified low"])
    let found = try pool.view().findings(kinds: [.baseModified], pool: nil, since: nil).first
    #expect(found?.victims == ["/pool/base", "/pool/top"])
  }

  @Test func `an overlay may go down its own chain, for what lay between was copied into it`()
    throws
  {
    try night([:]) { [$0.disk("top", on: "low", at: 2)] }
    #expect(try told() == [])
  }

  @Test func `one that grew when it got another base has what differs`() throws {
    try night([:]) { pool in
      var grown = pool.disk("top", on: "other", at: 2)
      grown.actualSize += 65_536
      return [grown]
    }
    #expect(try told() == [])
  }

  @Test func `a base that is away says nothing, and is judged when it is back`() throws {
    try night([:], gone: ["base"])
    #expect(try told() == [])
    #expect(try pool.findings().contains("backing-missing top"))
    try night(["base": 9]) { [$0.disk("base", on: "low", at: 2)] }
    #expect(try told() == ["base-modified base"])
    try night(["base": 2]) { [$0.disk("base", on: "low", at: 3)] }
    #expect(try told() == [])
  }

  @Test func `another name of the base that it was made on is the same base`() throws {
    try night([:], gone: ["base"]) { pool in
      var moved = pool.disk("base", on: "low")
      moved.name = Array("moved".utf8)
      return [moved, pool.disk("top", on: "moved", at: 2)]
    }
    #expect(try told() == [])
  }

  @Test func `a copy of the base is the same base, and one that differs is not`() throws {
    try night(["copy": 2]) { [$0.disk("copy", on: "low"), $0.disk("top", on: "copy", at: 2)] }
    #expect(try told() == [])
    try night(["copy": 5]) { [$0.disk("copy", on: "low", at: 3)] }
    #expect(try told() == ["base-modified copy"])
  }

  @Test func `another image at the path of the base is told with both that it replaced`() throws {
    try night([:]) { pool in
      var other = pool.disk("base", on: "low", at: 2)
      other.inode = 99
      pool.contents[99] = 30
      return [other]
    }
    #expect(try told() == ["base-modified base"])
    let found = try pool.view().findings(kinds: [.baseModified], pool: nil, since: nil).first
    // That is no unfinished commit.
    #expect(found?.message.contains("only overlay") == false)
  }

  @Test func `a night that did not look changes no verdict`() throws {
    try night(["base": 9]) { [$0.disk("base", on: "low", at: 2)] }
    try pool.scan(state: .unavailable)
    #expect(try told() == ["base-modified base"])
    try night([:])
    #expect(try told() == ["base-modified base"])
    let found = try pool.view().findings(kinds: [.baseModified], pool: nil, since: nil).first
    #expect(found?.since.scan == 2)
    #expect(found?.lastGood?.scan == 1)
  }
}

/// Which files a first scan is asked to remember.
@Suite struct FirstLooksTests {
  private let pool: ScriptedPool

  init() throws { pool = try ScriptedPool() }

  private var looks: FirstLooks { FirstLooks(Rule.all) }

  @Test func `an image of which nothing can be said is passed over`() {
    #expect(!looks.isRemarkable(pool.disk("disk")))
    #expect(!looks.isRemarkable(pool.disk("top", on: "base")))
    #expect(!looks.isRemarkable(pool.plain("notes")))
    var unread = pool.disk("disk")
    unread.header = nil
    #expect(!looks.isRemarkable(unread))
  }

  @Test(arguments: 0..<7)
  func `one of which something may be said is not`(number: Int) {
    let changes: [(inout ImageFacts) -> Void] = [
      { $0.isDirty = true }, { $0.isCorrupt = true },
      { $0.fault = .truncated(offset: 4, needed: 4) }, { $0.unknownFeatures = ["bit 9"] },
      {
        $0 = ImageFacts(format: .vmdk)
        $0.identifiers = [ImageIdentifier(.parent, "aaaa")]
      },
      { $0.references = [StoredReference(role: .backing, stored: Array("base".utf8))] },
      {
        let long = Array(repeating: UInt8(ascii: "x"), count: 895)
        $0.references = [
          StoredReference(role: .backing, stored: long, recordedFormat: Array("raw".utf8))
        ]
      },
    ]
    #expect(looks.isRemarkable(pool.disk("disk", changes[number])))
  }

  @Test func `a rule that wants all wants every file`() {
    let all = FirstLooks(
      Rule.all + [
        Rule(
          FindingKind(rawValue: "x"), .info, asking: "", title: "X",
          explanation: Explanation(meaning: "", opens: "", closes: "", action: "", harmless: "")
        ) { _ in "" }
      ])
    #expect(all.isRemarkable(pool.disk("disk")))
  }
}
