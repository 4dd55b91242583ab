import Database
import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// Why a link broke, by the nights that led to it: the kind of the cause, how it is known, and where the base is now.
@Suite struct CauseTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let nights: [ScriptedNight]
    var of: FindingKind = .backingMissing
    /// `nil`: no cause is told.
    let cause: FindingCause?

    init(
      _ description: String, of kind: FindingKind = .backingMissing, _ cause: FindingCause?,
      _ nights: ScriptedNight...
    ) {
      testDescription = description
      of = kind
      self.cause = cause
      self.nights = nights
    }
  }

  private static func cause(
    _ kind: FindingCause.Kind, _ evidence: String, at places: PathBytes..., image: Int64? = nil,
    stoodUntil: Int64? = nil
  ) -> FindingCause {
    FindingCause(
      kind: kind, evidence: evidence, nowAt: places, image: image, stoodUntil: stoodUntil)
  }

  private static let pair = ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] })
  private static let quiet = ScriptedNight()

  /// The file of the base under another name.
  private static func named(_ name: String) -> @Sendable (ScriptedPool) -> [SeenFile] {
    { pool in
      var base = pool.disk("base")
      base.name = Array(name.utf8)
      return [base]
    }
  }

  static let rows: [Row] = [
    Row(
      "the base was removed",
      cause(.targetRemoved, "image #1, which was there until scan 1, is gone", image: 1), pair,
      ScriptedNight(gone: ["base"])),
    Row(
      "the base was removed after quiet nights",
      cause(.targetRemoved, "image #1, which was there until scan 3, is gone", image: 1), pair,
      quiet, quiet, ScriptedNight(gone: ["base"])),
    Row(
      "the base was renamed",
      cause(
        .targetMoved, "image #1, which was there until scan 1, is elsewhere now",
        at: "/pool/moved", image: 1), pair,
      ScriptedNight(files: named("moved"), gone: ["base"])),
    Row(
      "it was gone for a night, and is back under another name",
      cause(
        .targetMoved, "image #1, which was there until scan 1, is elsewhere now",
        at: "/pool/moved", image: 1), pair, ScriptedNight(gone: ["base"]),
      ScriptedNight(files: named("moved"))),
    Row(
      "the reference was changed to what is not there",
      cause(.referenceChanged, "it referred to 'base' until scan 1"), pair,
      ScriptedNight(files: { [$0.disk("top", on: "none", at: 2)] })),
    Row(
      "the reference was changed to where an image was",
      cause(
        .targetRemoved, "image #3 was there until scan 1 and is gone", image: 3, stoodUntil: 1),
      ScriptedNight(files: {
        [$0.disk("base"), $0.disk("top", on: "base"), $0.disk("third") { $0.virtualSize = 5 }]
      }),
      ScriptedNight(files: { [$0.disk("top", on: "third", at: 2)] }, gone: ["third"])),
    Row(
      "it never was there",
      cause(.neverSeen, "this is so since scan 1, the first with this reference"),
      ScriptedNight(files: { [$0.disk("top", on: "none")] })),
    Row(
      "another stands in its place, in another format", of: .backingFormatMismatch,
      cause(
        .targetReplaced,
        "in scan 2 image #3 is at the path of image #1, which was there until scan 1"), pair,
      ScriptedNight(files: { pool in
        var other = pool.raw("base")
        other.inode = 77
        return [other]
      })),
    Row(
      "the base shows another format by itself", of: .backingFormatMismatch, nil, pair,
      ScriptedNight(files: { [$0.disk("top", on: "base", format: "raw", at: 2)] })),
    Row(
      "a base outside the pools that was there",
      cause(.targetRemoved, "it was there, outside the pools, in scan 1"),
      ScriptedNight(files: { [$0.disk("top", on: "/away/b")] }, outside: ["/away/b"]), quiet),
  ]

  @Test(arguments: rows) func `the nights say why`(row: Row) throws {
    let pool = try ScriptedPool()
    for night in row.nights { try pool.live(night) }
    let found = try pool.view().findings(kinds: [row.of], pool: nil, since: nil)
    #expect(found.count == 1)
    #expect(found.first?.cause == row.cause)
  }

  @Test func `the cause is that of the scan that is asked for`() throws {
    let pool = try ScriptedPool()
    for night in [
      Self.pair, ScriptedNight(gone: ["base"]), ScriptedNight(files: Self.named("moved")),
    ] { try pool.live(night) }
    let kinds = try [2, 3].map {
      try pool.view(.number($0)).findings(kinds: [.backingMissing], pool: nil, since: nil).first?
        .cause?.kind
    }
    #expect(kinds == [.targetRemoved, .targetMoved])
  }

  @Test func `of a base of several names every place is told, in byte order`() throws {
    let pool = try ScriptedPool()
    try pool.live(Self.pair)
    try pool.scan(
      ["z", "a"].flatMap { Self.named($0)(pool) }.map {
        var file = $0
        file.mayStandElsewhere = true
        return file
      }, gone: ["base"])
    let cause = try pool.view().findings(kinds: [.backingMissing], pool: nil, since: nil).first?
      .cause
    #expect(cause?.nowAt == ["/pool/a", "/pool/z"])
  }
}
