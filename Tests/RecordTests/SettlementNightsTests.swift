import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing
import Workflow

/// What a person settles is right from the next scan on, until it is taken back; and words that hold until a day.
@Suite struct SettlementNightsTests {
  private func say(
    _ verb: WordVerb, _ image: String, on host: ScriptedHost, isTakenBack: Bool = false,
    until ends: Moment? = nil, reason: String? = nil, at said: Int64 = 1
  ) throws {
    var speech = Speech(
      verb, images: [.path(PathBytes("/pool/\(image)"))], kinds: [], pool: nil, by: "ada",
      at: Moment(milliseconds: said))
    speech.isTakenBack = isTakenBack
    speech.ends = ends
    speech.reason = reason
    _ = try host.writer().say(speech)
  }

  private func day(_ night: Int64) -> Moment { Moment(milliseconds: night * 86_400_000) }

  // MARK: Each kind that can be settled

  /// What goes wrong with a pool of a base and an overlay, and of a disk.
  struct Trouble: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let finding: String
    /// The image of which is spoken.
    let image: String
    let begin: @Sendable (ScriptedHost) -> Void
    let happen: @Sendable (ScriptedHost) -> Void
    /// The same once more, from what is settled then.
    let again: @Sendable (ScriptedHost) -> Void

    init(
      _ finding: String, _ image: String, begin: @escaping @Sendable (ScriptedHost) -> Void,
      happen: @escaping @Sendable (ScriptedHost) -> Void,
      again: @escaping @Sendable (ScriptedHost) -> Void
    ) {
      testDescription = finding
      (self.finding, self.image) = (finding, image)
      (self.begin, self.happen, self.again) = (begin, happen, again)
    }
  }

  private static func marked(_ own: String, parent: String? = nil) -> (inout ImageFacts) -> Void {
    { facts in
      facts = ImageFacts(format: .vpc)
      facts.identifiers = [ImageIdentifier(.own, own)]
      if let parent {
        facts.identifiers.append(ImageIdentifier(.parent, parent))
        facts.references = [StoredReference(role: .backing, stored: Array("base".utf8))]
      }
    }
  }

  static let troubles: [Trouble] = [
    Trouble(
      "base-modified", "base",
      begin: { host in
        host.put("/pool/base")
        host.put("/pool/top", on: "base")
        host.contents = [host.files["/pool/base"]?.inode ?? 0: 1]
      }, happen: { $0.write("/pool/base", 2) }, again: { $0.write("/pool/base", 3) }),
    Trouble(
      "backing-changed", "top",
      begin: { host in
        host.put("/pool/base")
        host.put("/pool/other") { $0.virtualSize = 7 }
        host.put("/pool/third") { $0.virtualSize = 9 }
        host.put("/pool/top", on: "base")
        for (name, content) in [("base", 1), ("other", 2), ("third", 3)] as [(String, UInt64)] {
          host.contents[host.files[PathBytes("/pool/\(name)")]?.inode ?? 0] = content
        }
      }, happen: { $0.rebase("/pool/top", on: "other") },
      again: { $0.rebase("/pool/top", on: "third") }),
    Trouble(
      "parent-mismatch", "top",
      begin: { host in
        host.put("/pool/base", marked("u1"))
        host.put("/pool/top", marked("u2", parent: "u1"))
      },
      happen: { host in
        host.change("/pool/base") { $0.facts?.identifiers = [ImageIdentifier(.own, "u5")] }
      },
      again: { host in
        host.change("/pool/base") { $0.facts?.identifiers = [ImageIdentifier(.own, "u6")] }
      }),
    Trouble(
      "header-appeared", "disk", begin: { $0.put("/pool/disk") { $0 = ImageFacts(format: .raw) } },
      happen: { $0.change("/pool/disk") { $0.facts = ImageFacts(format: .qcow2) } },
      again: { host in
        host.change("/pool/disk") { $0.facts = ImageFacts(format: .raw) }
      }),
    Trouble(
      "header-vanished", "disk", begin: { $0.put("/pool/disk") },
      happen: { $0.change("/pool/disk") { $0.facts = ImageFacts(format: .raw) } },
      again: { $0.change("/pool/disk") { $0.facts = ImageFacts(format: .qcow2) } }),
  ]

  /// What is open but what nobody uses.
  private func told(_ host: ScriptedHost) throws -> [String] {
    try host.findings().filter { !$0.hasPrefix("orphan ") }
  }

  private func troubled(_ trouble: Trouble) throws -> ScriptedHost {
    let host = try ScriptedHost("/pool")
    trouble.begin(host)
    try host.scan()
    #expect(try told(host) == [])
    trouble.happen(host)
    try host.scan()
    #expect(try told(host) == ["\(trouble.finding) \(trouble.image)"])
    return host
  }

  @Test(arguments: troubles)
  func `what is settled is closed at once and later, and what happens then is another finding`(
    trouble: Trouble
  ) throws {
    let host = try troubled(trouble)
    try say(.settle, trouble.image, on: host, reason: "on purpose")
    #expect(try told(host) == [])
    try host.scan()
    #expect(try told(host) == [])
    #expect(
      try host.lines("SELECT who, reason, from_scan, until_scan, applied, kind FROM settlement")
        == ["ada on purpose 2 - 3 \(trouble.finding)"])
    #expect(
      try host.lines("SELECT from_scan, until_scan FROM finding WHERE kind <> 'orphan'") == ["2 3"])
    try host.scan()
    #expect(try told(host) == [])
    #expect(try host.defects() == [])
    trouble.again(host)
    try host.scan()
    #expect(try told(host).count == 1)
    #expect(
      try host.lines("SELECT from_scan FROM finding WHERE until_scan IS NULL AND kind <> 'orphan'")
        == ["5"])
    #expect(try host.defects() == [])
  }

  @Test(arguments: troubles)
  func `a word that is taken back leaves no trace before a scan, and the trouble after one`(
    trouble: Trouble
  ) throws {
    let host = try troubled(trouble)
    let later = try host.fork()
    try say(.settle, trouble.image, on: host)
    try say(.settle, trouble.image, on: host, isTakenBack: true)
    #expect(try told(host) == ["\(trouble.finding) \(trouble.image)"])
    try host.scan()
    #expect(
      try host.lines("SELECT from_scan, until_scan FROM finding WHERE kind <> 'orphan'") == ["2 -"])
    #expect(try host.number("SELECT count(*) FROM settlement") == 0)
    #expect(try host.defects() == [])
    try say(.settle, trouble.image, on: later)
    try later.scan()
    try say(.settle, trouble.image, on: later, isTakenBack: true)
    #expect(try told(later) == [])
    try later.scan()
    #expect(try told(later) == ["\(trouble.finding) \(trouble.image)"])
    #expect(
      try later.lines("SELECT from_scan, until_scan FROM finding WHERE kind <> 'orphan' ORDER BY 1")
        == ["2 3", "4 -"])
    #expect(try later.number("SELECT count(*) FROM settled_link") == 0)
    #expect(try later.defects() == [])
  }

  @Test func `the scan after a word counts what the word closed as closed before it`() throws {
    let host = try troubled(Self.troubles[0])
    try say(.settle, "base", on: host)
    let night = try host.scan()
    #expect(night.openFindings == 0 && night.openedFindings == 0 && night.closedFindings == 0)
  }

  // MARK: Until a day

  @Test func `an acknowledgement ends with the first scan that begins on its day`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/a", on: "gone")
    try host.scan()
    try say(.acknowledge, "a", on: host, until: day(3))
    try host.scan()
    try host.scan()
    try host.scan()
    #expect(try host.lines("SELECT from_scan, until_scan FROM acknowledgement") == ["1 3"])
    #expect(try host.findings() == ["backing-missing a"])
  }

  @Test func `said again it holds until the new day, and the first word ends there`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/a", on: "gone")
    try host.scan()
    try say(.acknowledge, "a", on: host, until: day(9), reason: "one")
    try say(.acknowledge, "a", on: host, reason: "two")
    try host.scan()
    try say(.acknowledge, "a", on: host, until: day(4), reason: "three")
    for _ in 0..<3 { try host.scan() }
    #expect(
      try host.lines("SELECT reason, from_scan, until_scan FROM acknowledgement ORDER BY 2")
        == ["two 1 2", "three 2 4"])
  }

  @Test func `an image is kept until the day, and its grace begins then`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/base")
    host.put("/pool/top", on: "base")
    host.machines = []
    try host.scan()
    try say(.keep, "top", on: host, until: day(4))
    for _ in 0..<2 { try host.scan() }
    // Kept with all that it stands on.
    #expect(try host.findings() == [])
    for _ in 0..<2 { try host.scan() }
    #expect(try host.lines("SELECT from_scan, until_scan FROM keep") == ["1 4"])
    #expect(try host.findings() == ["orphan base", "orphan top"])
    #expect(try host.defects() == [])
  }

  @Test func `an orphan that somebody keeps is none at once, and one again when it is taken back`()
    throws
  {
    let host = try ScriptedHost("/pool")
    host.put("/pool/base")
    host.put("/pool/top", on: "base")
    host.machines = []
    for _ in 0..<3 { try host.scan() }
    #expect(try host.findings() == ["orphan base", "orphan top"])
    try say(.keep, "top", on: host)
    #expect(try host.findings() == [])
    try say(.keep, "top", on: host, isTakenBack: true)
    #expect(try host.findings() == ["orphan base", "orphan top"])
    try say(.keep, "base", on: host)
    #expect(try host.findings() == ["orphan top"])
    try host.scan()
    #expect(try host.findings() == ["orphan top"])
    #expect(try host.number("SELECT count(*) FROM lifted WHERE scan < 3") == 0)
    #expect(try host.defects() == [])
  }

  @Test func `what is kept while it is away is kept when it is back`() throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/a")
    host.machines = []
    try host.scan()
    try say(.keep, "a", on: host)
    let file = host.files["/pool/a"]
    host.move("/pool/a", to: "/away/a")
    try host.scan()
    host.move("/away/a", to: "/pool/a")
    #expect(file != nil)
    for _ in 0..<3 { try host.scan() }
    #expect(try host.findings() == [])
    #expect(try host.lines("SELECT from_scan, until_scan FROM keep") == ["1 -"])
  }

  // MARK: Which finding was known

  /// What changes under an acknowledgement of a missing base, and whether it still is of that finding.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isKnown: Bool
    let change: @Sendable (ScriptedHost) -> Void

    init(
      _ description: String, isKnown: Bool, _ change: @escaping @Sendable (ScriptedHost) -> Void
    ) {
      (testDescription, self.isKnown, self.change) = (description, isKnown, change)
    }
  }

  @Test(arguments: [
    Change("nothing", isKnown: true) { _ in },
    Change("the overlay is written to", isKnown: true) { $0.write("/pool/a") },
    Change("another name that is missing", isKnown: false) { $0.rebase("/pool/a", on: "lost") },
    Change("another recorded format", isKnown: false) {
      $0.rebase("/pool/a", on: "gone", format: "raw")
    },
    Change("the base is back", isKnown: false) { $0.put("/pool/gone") },
    Change("the overlay has another name", isKnown: true) { $0.move("/pool/a", to: "/pool/b") },
  ])
  func `an acknowledgement is of a finding as it was`(change: Change) throws {
    let host = try ScriptedHost("/pool")
    host.put("/pool/a", on: "gone")
    try host.scan()
    try say(.acknowledge, "a", on: host)
    change.change(host)
    try host.scan()
    #expect(
      try host.lines("SELECT from_scan, until_scan FROM acknowledgement")
        == [change.isKnown ? "1 -" : "1 2"])
  }

  @Test func `a rule that keeps goes by the pool, and not over what a person says`() throws {
    let host = try ScriptedHost("/pool", "/far")
    host.put("/pool/a")
    host.put("/far/a")
    try host.scan()
    try say(.keep, "a", on: host)
    host.kept = [
      WordRule(pool: "far", who: "/etc/b.toml", reason: "far", ends: nil) { _ in true },
      WordRule(pool: nil, who: "/etc/b.toml", reason: "all", ends: nil) { _ in true },
    ]
    try host.scan()
    #expect(
      try host.lines("SELECT who, reason, from_scan, until_scan FROM keep ORDER BY 1 DESC")
        == ["ada - 1 -", "/etc/b.toml far 2 -"])
    host.kept = []
    try host.scan()
    #expect(
      try host.lines("SELECT who, from_scan, until_scan FROM keep ORDER BY 1 DESC")
        == ["ada 1 -", "/etc/b.toml 2 3"])
  }
}
