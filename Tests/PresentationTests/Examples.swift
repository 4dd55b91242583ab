import DiskImage
import Model
import Query
import Rules
import Sighting

/// Answers as a real pool would give them.
enum Examples {
  static let night1 = ScanPoint(scan: 1, time: Moment(milliseconds: 1_795_483_453_250))
  static let night11 = ScanPoint(scan: 11, time: Moment(milliseconds: 1_796_347_453_250))
  static let night12 = ScanPoint(scan: 12, time: Moment(milliseconds: 1_796_433_853_250))

  static var base: Image {
    var image = Image(filename: "/srv/pool/base.qcow2", format: "qcow2")
    image.imageID = 1
    image.pool = "default"
    image.virtualSize = 21_474_836_480
    image.actualSize = 1_288_490_188
    image.fileSize = 1_395_864_371
    image.clusterSize = 65_536
    image.backingState = BackingState.none
    image.firstSeen = night1
    image.lastChanged = night1
    return image
  }

  static var overlay: Image {
    var image = Image(filename: "/srv/pool/web.qcow2", format: "qcow2")
    image.imageID = 3
    image.pool = "default"
    image.virtualSize = 21_474_836_480
    image.actualSize = 200_704
    image.fileSize = 196_616
    image.modified = night11.time
    image.clusterSize = 65_536
    image.isDirty = true
    image.isInUse = true
    image.isEncrypted = true
    image.snapshots = [
      StoredSnapshot(
        ImageSnapshot(
          id: "1", name: "before upgrade", machineStateSize: 0,
          date: (seconds: 1_795_400_000, nanoseconds: 7), guestClock: 3_000_000_001))
    ]
    image.backingFilename = "gone.qcow2"
    image.fullBackingFilename = "/srv/pool/gone.qcow2"
    image.backingState = .missing
    image.formatSpecific = formatSpecific
    image.firstSeen = night1
    image.lastChanged = night11
    image.otherNames = ["/srv/pool/www.qcow2"]
    return image
  }

  static let formatSpecific = FactValue.object([
    FactField("type", .text("qcow2")),
    FactField(
      "data",
      .object([
        FactField("compat", .text("1.1")), FactField("lazy-refcounts", .boolean(false)),
        FactField("refcount-bits", .number(16)),
        FactField(
          "bitmaps",
          .list([
            .object([FactField("flags", .list([.text("auto")])), FactField("name", .text("b0"))])
          ])),
        FactField("encrypt", .object([FactField("format", .text("luks"))])),
      ])),
  ])

  static var shown: Image {
    var image = overlay
    var target = ReferenceTarget(type: .file)
    target.path = Array("/srv/pool/gone.qcow2".utf8)
    var reference = Reference(
      role: .backing, stored: "gone.qcow2", target: target, format: nil)
    reference.state = .missing
    image.references = [reference]
    image.dependents = Array(dependents.prefix(1))
    image.findings = [missing]
    return image
  }

  static var missing: Finding {
    var finding = Finding(
      kind: .backingMissing, since: night11,
      message: "The base '/srv/pool/gone.qcow2' is not there; move it back from "
        + "'/srv/old/gone.qcow2', or point the overlay to it with qemu-img rebase -u.")
    finding.filename = "/srv/pool/web.qcow2"
    finding.imageID = 3
    finding.pool = "default"
    finding.reference = FindingReference(
      role: .backing, stored: "gone.qcow2", target: "/srv/pool/gone.qcow2", format: "qcow2")
    finding.lastGood = night1
    finding.cause = FindingCause(
      kind: .targetMoved, evidence: "image #2 stood at '/srv/pool/gone.qcow2' until scan 1",
      nowAt: ["/srv/old/gone.qcow2"])
    return finding
  }

  static var dirty: Finding {
    var finding = Finding(
      kind: .imageDirty, since: night12,
      message: "The image was not closed cleanly; check it with qemu-img check.")
    finding.filename = "/srv/pool/base.qcow2"
    finding.imageID = 1
    finding.pool = "default"
    return finding
  }

  static var remote: Finding {
    var finding = Finding(
      kind: .backingRemote, since: night1, message: "The chain goes on at nbd://h/x, unseen.")
    finding.filename = "/srv/pool/far.qcow2"
    finding.imageID = 9
    finding.domain = "web"
    finding.closed = night12
    return finding
  }

  static let dependents = [
    Dependent(
      holder: .image("/srv/pool/mid.qcow2", id: 2), depth: 1, role: .backing,
      upon: "/srv/pool/base.qcow2", actualSize: 196_616),
    Dependent(
      holder: .image("/srv/pool/data.qcow2", id: 5), depth: 1, role: .dataFile,
      upon: "/srv/pool/base.qcow2", actualSize: 4096),
    Dependent(
      holder: .image("/srv/pool/web.qcow2", id: 3), depth: 2, role: .backing,
      upon: "/srv/pool/mid.qcow2", actualSize: 200_704),
    Dependent(
      holder: .domain("web", target: "vda"), depth: 3, role: .disk, upon: "/srv/pool/web.qcow2",
      actualSize: nil),
  ]

  static let orphans = [
    Orphan(
      filename: "/srv/pool/left.qcow2", imageID: 7, verdict: .orphan, since: night1,
      lastUser: "/srv/pool/web.qcow2", reclaimableSize: 5_368_709_120,
      evidence: ["No image has referred to it since scan 1.", "It was a base until then."]),
    Orphan(
      filename: "/srv/pool/who.raw", imageID: 8, verdict: .unknown, since: night12, lastUser: nil,
      reclaimableSize: 512, evidence: ["No domains were given."]),
  ]

  static var counts: ScanCounts {
    var counts = ScanCounts()
    counts.images = 1204
    counts.added = 3
    counts.removed = 1
    counts.changed = 17
    counts.unchanged = 1184
    counts.unreadable = 1
    return counts
  }

  static var summary: ScanSummary {
    ScanSummary(
      number: 12, state: .partial, started: Moment(milliseconds: 1_796_433_851_150),
      finished: night12.time, counts: counts)
  }

  static let pools = [
    PoolOutcome(
      name: "default", path: "/srv/pool", state: .complete, images: 1000, reason: nil),
    PoolOutcome(
      name: "backup", path: "/mnt/backup", state: .unavailable, images: 204,
      reason: "it is no mount point any more; mount it and scan again"),
  ]

  static var scan: ScanResult {
    ScanResult(
      scan: summary, pools: pools, openFindings: 7, openedFindings: 2, closedFindings: 1,
      problems: [ScanProblem(filename: "/srv/pool/x.qcow2", message: "permission denied")])
  }

  static var difference: Difference {
    Difference(
      from: night11, to: night12,
      changes: [
        ImageChange(kind: .added, filename: "/srv/pool/a.qcow2", imageID: 21),
        ImageChange(kind: .removed, filename: "/srv/pool/b.qcow2", imageID: 4),
        ImageChange(
          kind: .moved, filename: "/srv/pool/d.qcow2", imageID: 5,
          previousFilename: "/srv/pool/c.qcow2"),
        ImageChange(
          kind: .changed, filename: "/srv/pool/e.qcow2", imageID: 6,
          fields: [
            .init(key: "actual-size", from: .number(1_073_741_824), to: .number(1_288_490_188)),
            .init(
              key: "format-specific",
              from: .object([
                FactField("type", .text("qcow2")),
                FactField("data", .object([FactField("compat", .text("0.10"))])),
              ]), to: formatSpecific),
            .init(key: "backing-filename", from: nil, to: .text("base.qcow2")),
          ]),
        ImageChange(kind: .replaced, filename: "/srv/pool/f.qcow2", imageID: 22),
      ], opened: [dirty], closed: [missing])
  }

  static var events: [Event] {
    [
      Event(point: night1, kind: .appeared, imageID: 3, filename: "/srv/pool/www.qcow2"),
      Event(
        point: night11, kind: .moved, imageID: 3, filename: "/srv/pool/web.qcow2",
        previousFilename: "/srv/pool/www.qcow2"),
      Event(
        point: night11, kind: .changed, imageID: 3, filename: "/srv/pool/web.qcow2",
        fields: [.init(key: "virtual-size", from: .number(1024), to: .number(2048))]),
      Event(
        point: night11, kind: .findingOpened, imageID: 3, filename: "/srv/pool/web.qcow2",
        finding: missing),
      Event(point: night12, kind: .vanished, imageID: 3, filename: "/srv/pool/web.qcow2"),
    ]
  }

  static let rows = [
    QueryRow(
      columns: ["filename", "n", "part", "note"],
      cells: [.blob("/srv/pool/a.qcow2"), .integer(-3), .real(0.5), .text("-1+1")]),
    QueryRow(
      columns: ["filename", "n", "part", "note"],
      cells: [.blob(PathBytes([0x2f, 0xff])), .integer(12), .real(.infinity), .null]),
  ]
}
