import DiskImage
import Model
import Query
import Rules
import Sighting
import Testing

@testable import Presentation

/// Texts that a guest, a tenant or a file name may hold, through every output.
@Suite struct HostileTextTests {
  static let nasty = "n\u{1b}]0;own\u{7}\u{9b}31m\u{202e}\n\r\t\"',\\=\u{0}é磁"
  static let path = PathBytes(Array(("/" + nasty).utf8) + [0xff, 0xc3])

  static var image: Image {
    var image = Image(filename: path, format: nasty)
    image.pool = nasty
    image.content = nasty
    image.fault = nasty
    image.backingFilename = path
    image.fullBackingFilename = PathBytes(nasty.utf8)
    image.backingFilenameFormat = nasty
    image.otherNames = [path]
    image.snapshots = [
      StoredSnapshot(
        ImageSnapshot(
          id: nasty, name: nasty, machineStateSize: .max, date: (.max, .max), guestClock: .max))
    ]
    image.formatSpecific = .object([
      FactField("type", .text(nasty)),
      FactField("data", .object([FactField(nasty, .list([.text(nasty)]))])),
    ])
    var target = ReferenceTarget(type: .network)
    target.uri = nasty
    target.hosts = [ReferenceHost(name: nasty, socket: nasty)]
    target.options = [nasty: nasty]
    var invalid = ReferenceTarget()
    invalid.invalid = nasty
    image.references = [target, invalid].map {
      Reference(role: .backing, stored: path, target: $0, format: nasty)
    }
    image.dependents = dependents
    image.findings = [finding]
    return image
  }

  static let dependents = [
    Dependent(
      holder: .image(path, id: 1), depth: 1, role: .backing, upon: path, actualSize: .max),
    Dependent(
      holder: .domain(nasty, target: nasty), depth: 2, role: .disk, upon: path, actualSize: .max),
    Dependent(
      holder: .person(nasty, reason: nasty), depth: 2, role: nil, upon: path, actualSize: nil),
  ]

  /// What a person says may hold anything at all.
  static let word = SpokenWord(
    by: nasty, reason: nasty, since: ScanPoint(scan: .max, time: Moment(milliseconds: 0)),
    said: Moment(milliseconds: 0), until: Moment(milliseconds: .max))

  static var words: [WordEntry] {
    [
      WordEntry(.finding(finding), word: word),
      WordEntry(.image(path, id: 1), word: word),
    ]
  }

  static var finding: Finding {
    let point = ScanPoint(scan: .max, time: Moment(milliseconds: 0))
    var finding = Finding(kind: .orphan, since: point, message: nasty)
    finding.filename = path
    finding.pool = nasty
    finding.domain = nasty
    finding.reference = FindingReference(role: .backing, stored: path, target: path, format: nasty)
    finding.cause = FindingCause(kind: .neverSeen, evidence: nasty, nowAt: [path])
    return finding
  }

  static var reports: [Report] {
    let point = ScanPoint(scan: 1, time: Moment(milliseconds: 0))
    let field = ImageChange.Field(key: nasty, from: .text(nasty), to: nil)
    let image = Self.image
    let outcome = PoolOutcome(
      name: nasty, path: path, state: .partial, images: .max, reason: nasty)
    let scan = ScanResult(
      scan: Examples.summary, pools: [outcome], openFindings: 1, openedFindings: 0,
      closedFindings: .max, problems: [ScanProblem(filename: path, message: nasty)])
    let pool = PoolSummary(
      outcome: outcome, actualSize: .max, openFindings: 1, lastScan: point, lastComplete: nil)
    let orphan = Orphan(
      filename: path, imageID: 1, verdict: .orphan, since: point, lastUser: path,
      reclaimableSize: .max, evidence: [nasty, nasty])
    let change = ImageChange(
      kind: .moved, filename: path, imageID: 1, previousFilename: path, fields: [field])
    let event = Event(
      point: point, kind: .findingOpened, imageID: 1, filename: path, previousFilename: path,
      fields: [field], finding: finding)
    var said = event
    said.kind = .acknowledged
    said.word = word
    var known = finding
    known.acknowledged = word
    let row = QueryRow(
      columns: [nasty, "b"], cells: [.text(nasty), .blob(path)])
    return [
      .scan(scan), .pools([pool]), .orphans([orphan, orphan], now: point),
      .difference(
        Difference(
          from: point, to: point, changes: [change], opened: [finding], closed: [finding])),
      .history([event, said]), .words(words), .rows { try $0(row) }, .images { try $0(image) },
      .inspection { try $0(image) }, .image(image, now: point), .chain([image, image]),
      .dependents(dependents), .findings([finding, known], now: nil),
    ]
  }

  @Test(arguments: OutputFormat.allCases)
  func `no output lets anything steer the terminal`(format: OutputFormat) throws {
    for report in Self.reports {
      let text = try report.text(format)
      let steering = text.unicodeScalars.filter { $0.steersTerminal && $0 != "\n" }
      #expect(steering.isEmpty)
      #expect(!text.isEmpty)
    }
  }

  @Test func `a CSV answer has a line for the header and one for each row`() throws {
    for report in Self.reports {
      let lines = try report.text(.csv).split(separator: "\n")
      let cells = lines.map { Self.cells(of: $0) }
      #expect(lines.count >= 2)
      #expect(Set(cells).count == 1)
    }
  }

  /// The number of cells of a row, by the rules of RFC 4180.
  private static func cells(of line: Substring) -> Int {
    var isQuoted = false
    return line.reduce(1) { count, character in
      if character == "\"" { isQuoted.toggle() }
      return character == "," && !isQuoted ? count + 1 : count
    }
  }

  @Test func `colours are used only where they are allowed`() throws {
    let report = Report.findings([Examples.missing], now: nil)
    #expect(try !report.text(.human).contains("\u{1b}"))
    let colored = Style(width: 80, hasColor: true, hasUnicode: true)
    #expect(try report.text(.human, colored).contains("\u{1b}[1;31m✕ \u{1b}[0m"))
    #expect(try !report.text(.json, colored).contains("\u{1b}"))
  }

  @Test func `without Unicode every line is ASCII`() throws {
    let ascii = Style(width: 40, hasColor: false, hasUnicode: false)
    let reports: [Report] = [
      .image(Examples.shown, now: nil), .dependents(Examples.dependents),
      .difference(Examples.difference), .chain([Examples.middleOfChain, Examples.overlay]),
    ]
    for report in reports {
      #expect(try report.text(.human, ascii).utf8.allSatisfy { $0 < 0x80 })
    }
  }

  @Test func `a table fits the line though its names do not`() throws {
    let name = "/srv/" + String(repeating: "pool/", count: 30)
    let pool = PoolSummary(
      outcome: PoolOutcome(
        name: name, path: PathBytes(name.utf8), state: .complete, images: 1, reason: nil),
      actualSize: 1, openFindings: 0, lastScan: nil, lastComplete: nil)
    let lines = try Report.pools([pool]).text(.human).split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines { #expect(String(line).displayWidth <= 100) }
    let pipe = Style(width: nil, hasColor: false, hasUnicode: true)
    #expect(try Report.pools([pool]).text(.human, pipe).split(separator: name).count == 3)
  }

  @Test func `without a width nothing is cut`() throws {
    let long = "/" + String(repeating: "directory/", count: 40) + "x.qcow2"
    var image = Examples.base
    image.filename = PathBytes(long.utf8)
    let pipe = Style(width: nil, hasColor: false, hasUnicode: true)
    let shown = image
    #expect(try Report.images { try $0(shown) }.text(.human, pipe).contains(long))
    #expect(try !Report.images { try $0(shown) }.text(.human).contains(long))
  }
}
