import DiskImage
import Model
import ScriptedNights
import Sighting
import Testing

@testable import Rules

/// Of which files a first scan asks the rules: the pre-tests, by what a file, its header or its references have.
@Suite struct FirstLookTests {
  private let pool: ScriptedPool

  init() throws { pool = try ScriptedPool() }

  /// Whether the pre-test of a kind's rule asks of a file; `nil` where it goes by no file.
  private func asks(_ kind: FindingKind, of file: SeenFile) throws -> Bool? {
    guard case .files(let question) = try #require(Rule[kind]).firstLook else { return nil }
    return question(file)
  }

  private func disk(_ change: (inout ImageFacts) -> Void = { _ in }) -> SeenFile {
    pool.disk("a", change)
  }

  @Test func `a kind that is about one field of the header is asked where that has something`()
    throws
  {
    let fields: [(FindingKind, (inout ImageFacts) -> Void)] = [
      (.imageDirty, { $0.isDirty = true }), (.imageCorrupt, { $0.isCorrupt = true }),
      (.headerMalformed, { $0.fault = .truncated(offset: 1, needed: 2) }),
      (.unknownFeature, { $0.unknownFeatures = ["bit 9"] }),
    ]
    for (kind, spoil) in fields {
      #expect(try asks(kind, of: disk()) == false, "\(kind)")
      #expect(try asks(kind, of: disk(spoil)) == true, "\(kind)")
      for (other, _) in fields where other != kind {
        #expect(try asks(other, of: disk(spoil)) == false, "\(other) of what \(kind) is about")
      }
    }
  }

  @Test func `what could not be read is asked of by none of them`() throws {
    var unread = disk { $0.isDirty = true }
    unread.header = nil
    for rule in Rule.all {
      guard case .files(let question) = rule.firstLook else { continue }
      #expect(!question(unread), "\(rule.kind.rawValue)")
    }
  }

  @Test func `a base of no recorded format, and one of a long name, are asked of`() throws {
    #expect(try asks(.backingFormatUnrecorded, of: pool.disk("a", on: "b")) == false)
    #expect(try asks(.backingFormatUnrecorded, of: pool.disk("a", on: "b", format: nil)) == true)
    #expect(try asks(.backingNameLong, of: pool.disk("a", on: "b")) == false)
    let long = String(repeating: "x", count: 895)
    #expect(try asks(.backingNameLong, of: pool.disk("a", on: long)) == true)
    #expect(try asks(.backingNameLong, of: pool.disk("a", on: String(long.dropLast()))) == false)
  }

  @Test func `an image without a base is asked about no base`() throws {
    for kind in [FindingKind.backingFormatUnrecorded, .backingNameLong, .parentMismatch] {
      #expect(try asks(kind, of: disk()) == false, "\(kind)")
    }
  }

  @Test func `of which files all rules together ask`() throws {
    let looks = FirstLooks(Rule.all)
    let cases: [(SeenFile, Bool)] = [
      (disk(), false), (pool.raw("a"), false), (pool.plain("notes"), false),
      (pool.disk("a", on: "b"), false), (pool.disk("a", on: "b", format: nil), true),
      (disk { $0.isDirty = true }, true), (pool.vmdk("a", "own", on: "parent"), true),
    ]
    for (file, isAsked) in cases {
      #expect(looks.isRemarkable(file) == isAsked, "\(file)")
    }
    #expect(looks.strayLinks && looks.otherFormats)
  }

  @Test func `one rule that says nothing of its first look is asked of every file`() {
    let asking = Rule(
      FindingKind(rawValue: "some"), .info, asking: "SELECT 1", title: "t",
      explanation: Explanation(meaning: "m", opens: "o", closes: "c", action: "a", harmless: "h"),
      sentence: { _ in "s." })
    #expect(FirstLooks([asking]).isRemarkable(pool.plain("notes")))
    var nothing = asking
    nothing.firstLook = .none
    #expect(!FirstLooks([nothing]).isRemarkable(disk { $0.isDirty = true }))
    #expect(!FirstLooks([]).isRemarkable(disk()))
    #expect(!FirstLooks([nothing]).strayLinks && !FirstLooks([nothing]).otherFormats)
    nothing.firstLook = .strayLinks
    #expect(FirstLooks([nothing]).strayLinks)
    nothing.firstLook = .otherFormats
    #expect(FirstLooks([nothing]).otherFormats)
  }
}
