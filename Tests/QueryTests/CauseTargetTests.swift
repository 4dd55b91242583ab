import Model
import Rules
import Testing

@testable import Query

/// What the findings of one cause are about.
@Suite struct CauseTargetTests {
  private static let point = ScanPoint(scan: 2, time: Moment(milliseconds: 0))

  private struct Case: CustomTestStringConvertible {
    let testDescription: String
    /// The kind, the image, and where its link leads.
    let findings: [(kind: FindingKind, image: PathBytes, landing: PathBytes?)]
    let target: PathBytes?
  }

  private static let cases = [
    Case(
      testDescription: "overlays that lost one base, by whatever spelling",
      findings: [
        (.backingMissing, "/p/a.qcow2", "/p/base.qcow2"),
        (.backingMissing, "/p/b.qcow2", "/p/base.qcow2"),
      ], target: "/p/base.qcow2"),
    Case(
      testDescription: "one image that is wrong",
      findings: [(.headerMalformed, "/p/a.qcow2", nil)], target: "/p/a.qcow2"),
    Case(
      testDescription: "several findings of one image",
      findings: [
        (.checkpointBitmapMissing, "/p/a.qcow2", nil),
        (.checkpointBitmapMissing, "/p/a.qcow2", nil),
      ], target: "/p/a.qcow2"),
    Case(
      testDescription: "images that share a kind and nothing else",
      findings: [
        (.backingFormatUnrecorded, "/p/a.qcow2", nil),
        (.backingFormatUnrecorded, "/p/b.qcow2", nil),
      ], target: nil),
  ]

  @Test(arguments: cases)
  private func `a cause is about what all of its findings are about`(_ each: Case) {
    let findings = each.findings.map { kind, image, landing in
      var finding = Finding(kind: kind, since: Self.point, message: "")
      (finding.filename, finding.landing, finding.causeNumber) = (image, landing, 1)
      return finding
    }
    let groups = CauseGroup.groups(of: findings, at: Self.point, isLatest: true)
    #expect(groups.map(\.cause.target) == [each.target])
  }
}
