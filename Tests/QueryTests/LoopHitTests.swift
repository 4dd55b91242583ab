import Model
import Rules
import Testing

@testable import Query

@Suite struct LoopHitTests {
  private static let point = ScanPoint(scan: 2, time: Moment(milliseconds: 0))

  private static func finding(_ kind: FindingKind, _ image: Int64, cause: Int64) -> Finding {
    var finding = Finding(kind: kind, since: point, message: "")
    finding.imageID = image
    finding.causeNumber = cause
    return finding
  }

  @Test func `what a loop hits is looked for once`() {
    // Images 1, 2 and 3 back each other, 4 and 5 do, and 9 stands on the first; 6 lost its base.
    let loops: [Int64: Set<Int64>] = [
      1: [1, 2, 3, 9], 2: [1, 2, 3, 9], 3: [1, 2, 3, 9], 4: [4, 5], 5: [4, 5],
    ]
    let findings =
      loops.keys.sorted().map { Self.finding(.backingLoop, $0, cause: 10 + $0) }
      + [Self.finding(.backingMissing, 6, cause: 20)]
    var asked: [[Int64]] = []
    let groups = Causes(findings, at: Self.point, isLatest: true) { causes in
      causes.map { findings -> Set<Int64> in
        let images = findings.compactMap(\.imageID)
        asked.append(images)
        return images.reduce(into: []) { $0.formUnion(loops[$1] ?? [$1]) }
      }
    }.groups
    #expect(asked.count == 3)
    #expect(groups.count == 6)
    for group in groups {
      let image = group.findings.first?.imageID ?? 0
      #expect(group.images == loops[image] ?? [image])
    }
  }
}
