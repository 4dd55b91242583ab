import Model
import Rules
import Testing

@testable import Query
@testable import Repair

/// Which format is to be recorded, by what is recorded already, who else records what, and what the header shows.
@Suite struct FormatChoiceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The format that the image records.
    var recorded: String?
    /// The format that the target's header shows.
    var shown = "qcow2"
    /// What overlays and domains record.
    var claims: [FormatClaim] = []
    /// What the image recorded earlier.
    var earlier: String?
    let confidence: Confidence
    let format: String?
    var why = ""
  }

  static func overlays(_ format: String, _ count: Int = 1) -> FormatClaim {
    FormatClaim(format: format, source: .overlays("/p/other.qcow2", count: count))
  }

  static func domains(_ format: String) -> FormatClaim {
    FormatClaim(format: format, source: .domains("web", count: 1))
  }

  @Test(arguments: [
    Row(
      testDescription: "the image records what the header shows", recorded: "qcow2",
      confidence: .certain, format: "qcow2", why: "the image records qcow2"),
    Row(
      testDescription: "another overlay contradicts", recorded: "qcow2",
      claims: [overlays("raw")], confidence: .ambiguous, format: nil,
      why: "other overlays do not record qcow2"),
    Row(
      testDescription: "the claim is the image's own", recorded: "raw", shown: "qcow2",
      claims: [overlays("raw")], confidence: .ambiguous, format: nil,
      why: "a guest may have written the header"),
    Row(
      testDescription: "raw is recorded and a domain says what the header shows", recorded: "raw",
      claims: [domains("qcow2")], confidence: .likely, format: "qcow2"),
    Row(
      testDescription: "raw is recorded, and so says another overlay", recorded: "raw",
      claims: [overlays("raw", 2), domains("qcow2")], confidence: .ambiguous, format: nil),
    Row(
      testDescription: "the image said earlier what the header shows", recorded: "raw",
      earlier: "qcow2", confidence: .certain, format: "qcow2",
      why: "it recorded, until scan 4, qcow2"),
    Row(
      testDescription: "it said so earlier, and another overlay contradicts", recorded: "raw",
      claims: [overlays("raw", 3)], earlier: "qcow2", confidence: .ambiguous, format: nil),
    Row(
      testDescription: "nothing speaks for either", recorded: "vmdk", confidence: .ambiguous,
      format: nil, why: "no evidence which is right"),
    Row(
      testDescription: "nobody records anything, and the base is raw", shown: "raw",
      confidence: .certain, format: "raw", why: "it cannot name another file"),
    Row(
      testDescription: "nobody records anything, and the chain ends there",
      confidence: .certain, format: "qcow2", why: "names no base"),
    Row(
      testDescription: "another overlay records what the header shows",
      claims: [overlays("qcow2", 4)], confidence: .certain, format: "qcow2",
      why: "'/p/other.qcow2' and 3 more record qcow2"),
    Row(
      testDescription: "a domain records what the header shows", claims: [domains("qcow2")],
      confidence: .certain, format: "qcow2", why: "the XML of domain 'web' says qcow2"),
    Row(
      testDescription: "another overlay records something else", claims: [overlays("raw")],
      confidence: .ambiguous, format: nil, why: "other overlays record a different format"),
    Row(
      testDescription: "two others do not agree", claims: [overlays("qcow2"), domains("raw")],
      confidence: .ambiguous, format: nil),
  ])
  func `what is recorded comes before what is shown`(_ row: Row) throws {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: "base.img", as: row.recorded, .ok)
    scene.add(2, "/p/base.img", format: row.shown)
    scene.evidence.images[2]?.claims = row.claims
    if let earlier = row.earlier {
      scene.evidence.links[0].earlierFormats = [
        2: FormatClaim(format: earlier, source: .earlier(Scene.point(4)))
      ]
    }
    let target = try #require(scene.evidence.images[2])
    let choice = FormatChoice(scene.evidence.links[0], target, scene.evidence, planned: [:])
      .choose()
    #expect(choice.format == row.format)
    #expect(choice.confidence == row.confidence)
    #expect(choice.why.contains(row.why), "\(choice.why)")
  }

  @Test func `a chain without formats is trusted as far as it is known`() throws {
    typealias Trust = DetectedTrust.Verdict
    let ok = { (image: Int64?, recorded: String?) in
      KnownBase(image: image, recordedFormat: recorded, state: .ok)
    }
    let table: [(String, (inout Scene) -> Void, Trust)] = [
      ("raw", { $0.evidence.images[1]?.format = "raw" }, .raw),
      ("without a base", { _ in }, .endsThere),
      ("its base is recorded", { $0.evidence.images[1]?.base = ok(2, "qcow2") }, .baseIsTrusted),
      ("recorded and untrue", { $0.evidence.images[1]?.base = ok(2, "raw") }, .untrusted),
      (
        "not recorded, and ends below", { $0.evidence.images[1]?.base = ok(2, nil) }, .baseIsTrusted
      ),
      (
        "not recorded, and raw below",
        {
          $0.evidence.images[1]?.base = ok(2, nil)
          $0.evidence.images[2]?.format = "raw"
        }, .baseIsTrusted
      ),
      (
        "the base is missing",
        {
          $0.evidence.images[1]?.base = KnownBase(
            image: 2, recordedFormat: "qcow2", state: .missing)
        },
        .untrusted
      ),
      ("the base is not known", { $0.evidence.images[1]?.base = ok(7, "qcow2") }, .untrusted),
      (
        "a circle",
        {
          $0.evidence.images[1]?.base = ok(2, nil)
          $0.evidence.images[2]?.base = ok(1, nil)
        }, .untrusted
      ),
      (
        "a header appeared below",
        {
          $0.evidence.images[1]?.base = ok(2, nil)
          $0.evidence.images[2]?.findings = [.headerAppeared]
        }, .untrusted
      ),
      (
        "an invalid header below",
        {
          $0.evidence.images[1]?.base = ok(2, nil)
          $0.evidence.images[2]?.fault = "cut"
        }, .untrusted
      ),
    ]
    for (name, change, verdict) in table {
      var scene = Scene()
      scene.add(1, "/p/top.qcow2")
      scene.add(2, "/p/low.qcow2")
      change(&scene)
      let top = try #require(scene.evidence.images[1])
      #expect(DetectedTrust(top, scene.evidence, [:]).verdict == verdict, "\(name)")
    }
    // What a step before records for certain counts as recorded.
    var scene = Scene()
    scene.add(1, "/p/top.qcow2")
    scene.add(2, "/p/low.qcow2")
    scene.evidence.images[1]?.base = KnownBase(image: nil, recordedFormat: nil, state: .missing)
    let top = try #require(scene.evidence.images[1])
    #expect(DetectedTrust(top, scene.evidence, [:]).verdict == .untrusted)
    #expect(DetectedTrust(top, scene.evidence, [1: ok(2, "qcow2")]).verdict == .baseIsTrusted)
  }
}
