import Model
import Presentation
import Query
import Testing

@Suite struct ReportGoldenTests {
  @Test func `scan says what happened and what to do next`() throws {
    try expectGoldens(.scan(Examples.scan), "scan")
  }

  @Test func `a clean scan says so`() throws {
    var summary = Examples.summary
    summary.state = .complete
    summary.counts = ScanCounts()
    let answer = ScanResult(
      scan: summary, pools: [Examples.pools[0]], openFindings: 0, openedFindings: 0,
      closedFindings: 0, problems: [])
    try expectGolden(try Report.scan(answer).text(.human), "scan-clean.txt")
  }

  @Test func `list has a line for every image`() throws {
    try expectGoldens(
      .images { each in
        for image in [Examples.base, Examples.overlay] { try each(image) }
      }, "list")
  }

  @Test func `show is a card`() throws {
    try expectGoldens(.image(Examples.shown, now: Examples.night12), "show")
  }

  @Test func `inspect is a card for every file`() throws {
    var first = Examples.overlay
    first.imageID = nil
    first.pool = nil
    first.backingState = nil
    first.firstSeen = nil
    first.lastChanged = nil
    first.otherNames = []
    var second = Image(filename: "disk.raw", format: "raw")
    second.content = "gpt"
    second.virtualSize = 1_048_576
    let images = [first, second]
    try expectGoldens(.inspection { try images.forEach($0) }, "inspect")
  }

  @Test func `chain ends with what is missing`() throws {
    try expectGoldens(.chain([Examples.middleOfChain, Examples.overlay]), "chain")
  }

  @Test func `a whole chain ends with its base`() throws {
    try expectGolden(
      try Report.chain([Examples.middleOfChain, Examples.base]).text(.human), "chain-whole.txt")
  }

  @Test func `dependents are a tree under what was asked for`() throws {
    try expectGoldens(.dependents(Examples.dependents), "dependents")
  }

  @Test func `findings stand under their severity`() throws {
    try expectGoldens(
      .findings([Examples.missing, Examples.dirty, Examples.remote], now: Examples.night12),
      "findings")
  }

  @Test func `orphans come with their evidence`() throws {
    try expectGoldens(.orphans(Examples.orphans, now: Examples.night12), "orphans")
  }

  @Test func `diff marks every change`() throws {
    try expectGoldens(.difference(Examples.difference), "diff")
  }

  @Test func `history is a line for every event`() throws {
    try expectGoldens(.history(Examples.events), "history")
  }

  @Test func `scans are a table`() throws {
    try expectGoldens(.scans([Examples.summary]), "scans")
  }

  @Test func `pools are a table`() throws {
    let pools = Examples.pools.map {
      PoolSummary(
        outcome: $0, actualSize: 1_099_511_627_776, openFindings: 2, lastScan: Examples.night12,
        lastComplete: $0.state == .complete ? Examples.night12 : nil)
    }
    try expectGoldens(.pools(pools), "pools")
  }

  @Test func `rows of sql are a table`() throws {
    try expectGoldens(.rows { try Examples.rows.forEach($0) }, "sql")
  }

  @Test func `nothing at all is said in words, an empty array and a header`() throws {
    #expect(try Report.findings([], now: nil).text(.human) == "No findings.\n")
    #expect(try Report.findings([], now: nil).text(.json) == "[]\n")
    #expect(try Report.chain([]).text(.csv).hasPrefix("filename,filename-escaped,image-id,pool,"))
    #expect(try Report.images { _ in }.text(.human) == "No images.\n")
    #expect(try Report.dependents([]).text(.human) == "Nothing depends on it.\n")
    #expect(try Report.rows { _ in }.text(.csv) == "")
  }
}

extension Examples {
  static var middleOfChain: Image {
    var image = base
    image.imageID = 2
    image.filename = "/srv/pool/top.qcow2"
    image.backingFilename = "/srv/pool/web.qcow2"
    image.fullBackingFilename = "/srv/pool/web.qcow2"
    image.backingFilenameFormat = "qcow2"
    image.backingState = .ok
    return image
  }
}
