import Foundation
import Model
import Query
import Testing

@testable import Presentation

/// The columns of CSV are the keys of the JSON.
@Suite struct ReportShapeTests {
  /// The keys of an object, those of an object inside it joined by a dot.
  private func keys(of value: some Encodable) throws -> Set<String> {
    let data = Data(try JSONText.document(value).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return Self.keys(of: object)
  }

  private static func keys(of object: [String: Any]) -> Set<String> {
    var keys: Set<String> = []
    for (key, value) in object {
      guard let inner = value as? [String: Any] else {
        keys.insert(key)
        continue
      }
      for name in Self.keys(of: inner) { keys.insert("\(key).\(name)") }
    }
    return keys
  }

  @Test func `an image's keys are its columns`() throws {
    var image = HostileTextTests.image
    image.imageID = 1
    image.virtualSize = 1
    image.actualSize = 1
    image.fileSize = 1
    image.modified = Examples.night1.time
    image.clusterSize = 1
    image.isEncrypted = true
    image.isInUse = true
    image.backingState = .ok
    image.firstSeen = Examples.night1
    image.lastChanged = Examples.night1
    image.fullBackingFilename = image.filename
    image.isBaseModified = true
    image.exclusiveSize = 1
    let keys = try keys(of: image).filter { !$0.hasPrefix("format-specific.") }
    #expect(Set(Image.columns.map(\.key)) == keys)
  }

  @Test func `a finding's keys are its columns`() throws {
    var finding = HostileTextTests.finding
    finding.imageID = 1
    finding.lastGood = Examples.night1
    finding.closed = Examples.night1
    finding.domains = ["web"]
    finding.victims = ["/pool/overlay.qcow2"]
    finding.acknowledged = HostileTextTests.word
    finding.settled = HostileTextTests.word
    #expect(try keys(of: finding) == Set(Finding.columns.map(\.key)))
  }

  @Test func `the keys of a scan, a pool and an orphan are their columns`() throws {
    #expect(try keys(of: Examples.scan) == Set(ScanResult.columns.map(\.key)))
    let pool = PoolSummary(
      outcome: PoolOutcome(
        name: "p", path: PathBytes([0xff]), state: .partial, images: 1, reason: "r"),
      actualSize: 1, openFindings: 1, lastScan: Examples.night1, lastComplete: Examples.night1)
    #expect(try keys(of: pool) == Set(PoolSummary.columns.map(\.key)))
    var orphan = Examples.orphans[0]
    orphan.filename = PathBytes([0xff])
    orphan.lastUser = PathBytes([0xff])
    orphan.isAtMost = true
    #expect(try keys(of: orphan) == Set(Orphan.columns.map(\.key)))
  }

  @Test func `a long list goes out in pieces`() throws {
    var pieces: [Int] = []
    let sink = ByteSink { pieces.append($0.count) }
    let image = Examples.shown
    try Report.images { each in
      for _ in 0..<1000 { try each(image) }
    }.write(as: .json, style: .plain, to: sink)
    #expect(pieces.count > 10)
    #expect(pieces.allSatisfy { $0 < 2 * ByteSink.pieceLength })
  }

  @Test func `a reader that goes away ends the writing`() {
    struct Gone: Error {}
    let sink = ByteSink { _ in throw Gone() }
    #expect(throws: Gone.self) {
      try Report.scans([Examples.summary]).write(as: .human, style: .plain, to: sink)
    }
  }
}
