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

@Suite struct NightTests {
  @Test func `a chain is found whole, and nothing is wrong with it`() throws {
    let pool = try ScriptedPool()
    let answer = try pool.scan([
      pool.image("base"), pool.image("middle", backing: "base"),
      pool.image("top", backing: "/pool/middle"),
    ])
    #expect(answer.scan.state == .complete)
    #expect(answer.scan.counts.images == 3)
    #expect(answer.scan.counts.added == 3)
    #expect(try pool.findings() == [])
    let chain = try pool.view().chain(.path("/pool/top"))
    #expect(chain.map(\.filename) == ["/pool/top", "/pool/middle", "/pool/base"])
    #expect(chain.map(\.backingState) == [.ok, .ok, BackingState.none])
  }

  @Test func `of many missing extents of one image each has its own finding`() throws {
    let pool = try ScriptedPool()
    let disk = pool.image("disk") { facts in
      facts.references = ["a", "b", "c"].map {
        StoredReference(role: .extent, stored: Array($0.utf8))
      }
    }
    let findings = {
      try pool.view().findings(kinds: [], pool: nil, since: nil)
        .map { "\($0.reference?.target?.displayText ?? "") \($0.since.scan)" }.sorted()
    }
    try pool.scan([disk])
    #expect(try findings() == ["/pool/a 1", "/pool/b 1", "/pool/c 1"])
    try pool.scan([pool.image("b")])
    #expect(try findings() == ["/pool/a 1", "/pool/c 1"])
    try pool.scan(gone: ["b"])
    #expect(try findings() == ["/pool/a 1", "/pool/b 3", "/pool/c 1"])
  }

  @Test func `a scan ends when it is judged, and never before it began`() throws {
    let pool = try ScriptedPool()
    let late = Moment(milliseconds: 86_400_000 + 5000)
    #expect(try pool.scan([pool.image("base")], ending: late).scan.finished == late)
    #expect(try pool.view().point == ScanPoint(scan: 1, time: late))
    let early = try pool.scan(ending: Moment(milliseconds: 0)).scan
    #expect(early.finished == early.started)
  }

  @Test func `pools that are named by a scan that ends early are not in the database`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base")])
    let writer = try InventoryWriter(writing: pool.file, machineID: "m", hostName: "h")
    try writer.declare([
      DeclaredPool(name: "other", path: ScriptedPool.root), DeclaredPool(name: "new", path: "/new"),
    ])
    #expect(try writer.known.pools().map(\.name) == ["pool"])
    #expect(try writer.known.pools().map(\.path) == ["/pool"])
  }

  @Test func `a base that goes breaks its overlay, and one that comes back mends it`() throws {
    let pool = try ScriptedPool()
    let base = pool.image("base")
    try pool.scan([base, pool.image("top", backing: "base")])
    try pool.scan(gone: ["base"])
    let broken = try pool.view().findings(kinds: [], pool: nil, since: nil)
    #expect(broken.map(\.kind) == [.backingMissing])
    #expect(broken.first?.since.scan == 2)
    #expect(broken.first?.lastGood?.scan == 1)
    #expect(broken.first?.reference?.target == "/pool/base")
    try pool.scan([base])
    #expect(try pool.findings() == [])
    #expect(try pool.findings(.number(2)) == ["backing-missing top"])
    #expect(try pool.findings(.number(1)) == [])
  }

  @Test func `a renamed image keeps its number and its overlays lose it`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base", inode: 9), pool.image("top", backing: "base")])
    let number = try pool.view().image(.path("/pool/base")).imageID
    let answer = try pool.scan([pool.image("moved", inode: 9)], gone: ["base"])
    #expect(answer.scan.counts.moved == 1)
    #expect(answer.scan.counts.added == 0)
    #expect(answer.scan.counts.removed == 0)
    #expect(try pool.view().image(.path("/pool/moved")).imageID == number)
    #expect(try pool.findings() == ["backing-missing top"])
    let diff = try pool.view().diff(from: .latest(back: 1), to: .latest(back: 0))
    #expect(diff.changes.map(\.kind) == [.moved])
    #expect(diff.changes.first?.previousFilename == "/pool/base")
    #expect(diff.opened.map(\.kind) == [.backingMissing])
  }

  @Test func `another file at an old path is a replacement with a number of its own`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("disk", inode: 5)])
    let first = try pool.view().image(.path("/pool/disk")).imageID
    let answer = try pool.scan([pool.image("disk", inode: 6) { $0.virtualSize = 2 << 20 }])
    #expect(answer.scan.counts.replaced == 1)
    #expect(answer.scan.counts.added == 0)
    #expect(try pool.view().image(.path("/pool/disk")).imageID != first)
    let diff = try pool.view().diff(from: .latest(back: 1), to: .latest(back: 0))
    #expect(diff.changes.map(\.kind) == [.replaced])
    let events = try pool.view().history(.path("/pool/disk"))
    #expect(events.map(\.kind) == [.appeared, .replaced, .appeared])
  }

  @Test func `names that are swapped are two moves`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("a", inode: 1), pool.image("b", inode: 2)])
    let a = try pool.view().image(.path("/pool/a")).imageID
    let answer = try pool.scan([pool.image("a", inode: 2), pool.image("b", inode: 1)])
    #expect(answer.scan.counts.moved == 2)
    #expect(try pool.view().image(.path("/pool/b")).imageID == a)
  }

  @Test func `what is not seen stays as it was and nothing is judged of it`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    let answer = try pool.scan(state: .unavailable)
    #expect(answer.scan.state == .partial)
    #expect(answer.scan.counts.images == 2)
    #expect(try pool.findings() == [])
  }

  @Test func `only the members of a cycle are in it`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.image("a", backing: "b"), pool.image("b", backing: "a"),
      pool.image("outsider", backing: "a"),
    ])
    #expect(try pool.findings() == ["backing-loop a", "backing-loop b"])
    #expect(try pool.view().chain(.path("/pool/outsider")).count == 3)
    try pool.scan([pool.image("b", inode: 77)])
    #expect(try pool.findings() == [])
  }

  @Test func `every kind of the spine is found, and only where it is`() throws {
    let pool = try ScriptedPool()
    pool.outside = ["/elsewhere/base"]
    try pool.scan([
      pool.image("base"), pool.plain("disk"),
      pool.image("corrupt") { $0.isCorrupt = true },
      pool.image("dirty") { $0.isDirty = true },
      pool.image("malformed") { $0.fault = .truncated(offset: 20, needed: 4) },
      pool.image("mismatch", backing: "base", format: "raw"),
      pool.image("missing", backing: "nothing"),
      pool.image("onraw", backing: "disk", format: "raw"),
      pool.image("outside", backing: "/elsewhere/base"),
      pool.image("strange") { $0.unknownFeatures = ["incompatible bit 40"] },
      pool.image("unrecorded", backing: "base", format: nil),
    ])
    #expect(
      try pool.findings() == [
        "image-corrupt corrupt", "header-malformed malformed",
        "backing-format-mismatch mismatch", "backing-missing missing",
        "backing-format-unrecorded unrecorded", "image-dirty dirty",
        "backing-outside-pools outside", "unknown-feature strange",
      ])
  }

  @Test func `a file that nothing recognises is an image once it is used as one`() throws {
    let pool = try ScriptedPool()
    #expect(try pool.scan([pool.plain("notes")]).scan.counts.images == 0)
    let answer = try pool.scan([pool.image("top", backing: "notes", format: "raw")])
    #expect(answer.scan.counts.images == 2)
    var listed: [PathBytes] = []
    try pool.view().images(format: nil, pool: nil, includingOther: false) {
      listed.append($0.filename)
    }
    #expect(listed == ["/pool/notes", "/pool/top"])
  }

  @Test func `a base that lost its last overlay is an orphan after the grace`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    try pool.scan(gone: ["top"])
    #expect(try pool.findings() == [])
    try pool.scan()
    #expect(try pool.findings() == ["orphan base"])
    let orphans = try pool.view().orphans(all: false, olderThanMilliseconds: nil)
    #expect(orphans.map(\.filename) == ["/pool/base"])
    #expect(orphans.first?.since.scan == 2)
    #expect(orphans.first?.lastUser == "/pool/top")
    try pool.scan([pool.image("again", backing: "base")])
    #expect(try pool.findings() == [])
  }

  @Test func `a chain of seventeen is too deep and one of sixteen is not`() throws {
    let pool = try ScriptedPool()
    let chain = (0..<17).map { pool.image("i\($0)", backing: $0 == 0 ? nil : "i\($0 - 1)") }
    try pool.scan(chain)
    #expect(try pool.findings() == ["chain-too-deep i16"])
  }

  @Test func `chains that did not change are judged by the depth of each scan`() throws {
    let pool = try ScriptedPool()
    try pool.scan((0..<4).map { pool.image("i\($0)", backing: $0 == 0 ? nil : "i\($0 - 1)") })
    #expect(try pool.findings() == [])
    try pool.scan(maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep i3"])
    try pool.scan(maxDepth: 3)
    #expect(try pool.findings() == ["chain-too-deep i3"])
    // A look at one image is none at the others, whatever it allows.
    try pool.scan(maxDepth: 9, isWalked: false)
    #expect(try pool.findings() == ["chain-too-deep i3"])
    try pool.scan(state: .unavailable, maxDepth: 9)
    #expect(try pool.findings() == ["chain-too-deep i3"])
    try pool.scan(maxDepth: 9)
    #expect(try pool.findings() == [])
    #expect(try pool.findings(.number(2)) == ["chain-too-deep i3"])
  }

  @Test func `of a chain that is too deep the top is told, whichever that is`() throws {
    let pool = try ScriptedPool()
    try pool.scan(
      (0..<4).map { pool.image("i\($0)", backing: $0 == 0 ? nil : "i\($0 - 1)") }, maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep i3"])
    try pool.scan([pool.image("i4", backing: "i3")], maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep i4"])
    try pool.scan([pool.image("side", backing: "i2")], maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep i4", "chain-too-deep side"])
    try pool.scan(gone: ["i3", "i4"], maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep side"])
    try pool.scan(gone: ["side"], maxDepth: 2)
    #expect(try pool.findings() == ["chain-too-deep i2"])
  }
}

@Suite struct CauseTests {
  private func cause(_ pool: ScriptedPool) throws -> FindingCause? {
    try pool.view().findings(kinds: [.backingMissing], pool: nil, since: nil).first?.cause
  }

  @Test func `a target that moved is named with its new place`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base", inode: 9), pool.image("top", backing: "base")])
    try pool.scan([pool.image("moved", inode: 9)], gone: ["base"])
    #expect(try cause(pool)?.kind == .targetMoved)
    #expect(try cause(pool)?.nowAt == ["/pool/moved"])
    try pool.scan([pool.image("again", inode: 9)], gone: ["moved"])
    #expect(try cause(pool)?.nowAt == ["/pool/again"])
  }

  @Test func `a target that is gone was removed`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base")])
    try pool.scan(gone: ["base"])
    #expect(try cause(pool)?.kind == .targetRemoved)
    #expect(try cause(pool)?.nowAt == [])
  }

  @Test func `a reference that was written anew is the cause itself`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("base"), pool.image("top", backing: "base", inode: 8)])
    try pool.scan([pool.image("top", backing: "nothing", inode: 8)])
    #expect(try cause(pool)?.kind == .referenceChanged)
  }

  @Test func `a link that was broken when it was first seen has no better cause`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.image("top", backing: "nothing")])
    #expect(try cause(pool)?.kind == .neverSeen)
    let finding = try pool.view().findings(kinds: [], pool: nil, since: nil).first
    #expect(finding?.lastGood == nil)
  }
}

@Suite struct OtherHalfTests {
  private func copy(
    _ pool: ScriptedPool, _ name: String, sample: Int64?, modified: Int64 = 1000
  ) -> SeenFile {
    var file = pool.image(name) { $0.virtualSize = 4 << 20 }
    file.sample = sample
    file.modified = modified
    return file
  }

  @Test func `copied and removed is moved, when the content says so`() throws {
    let pool = try ScriptedPool()
    try pool.scan([copy(pool, "old", sample: 5), copy(pool, "other", sample: 6)])
    let answer = try pool.scan([copy(pool, "new", sample: 5, modified: 2000)], gone: ["old"])
    #expect(answer.scan.counts.moved == 1)
    #expect(answer.scan.counts.added == 0)
  }

  @Test func `twins that were never written cannot be told apart`() throws {
    let pool = try ScriptedPool()
    try pool.scan([copy(pool, "one", sample: 5), copy(pool, "two", sample: 5)])
    let answer = try pool.scan([copy(pool, "three", sample: 5, modified: 2000)], gone: ["one"])
    #expect(answer.scan.counts.moved == 0)
    #expect(answer.scan.counts.added == 1)
    #expect(answer.scan.counts.removed == 1)
  }

  @Test func `a time that was kept tells twins apart`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      copy(pool, "one", sample: 5, modified: 11), copy(pool, "two", sample: 5, modified: 12),
    ])
    let answer = try pool.scan([copy(pool, "three", sample: 5, modified: 11)], gone: ["one"])
    #expect(answer.scan.counts.moved == 1)
  }

  @Test func `another content is another image`() throws {
    let pool = try ScriptedPool()
    try pool.scan([copy(pool, "old", sample: 5)])
    let answer = try pool.scan([copy(pool, "new", sample: 7)], gone: ["old"])
    #expect(answer.scan.counts.moved == 0)
  }

  @Test func `a copy that is put back at its old path is the image that came back`() throws {
    let pool = try ScriptedPool()
    try pool.scan([copy(pool, "disk", sample: 5)])
    let number = try pool.view().image(.path("/pool/disk")).imageID
    try pool.scan(gone: ["disk"])
    try pool.scan([copy(pool, "disk", sample: 5, modified: 3000)])
    #expect(try pool.view().image(.path("/pool/disk")).imageID == number)
    let events = try pool.view().history(.path("/pool/disk")).map(\.kind)
    #expect(events == [.appeared, .vanished, .returned])
  }
}
