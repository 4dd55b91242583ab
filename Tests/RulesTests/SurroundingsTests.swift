import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// What a finding says beyond its image: causes, machines, former bases, files of the same name, libvirt's verdict.
@Suite struct SurroundingsTests {
  private func finding(_ pool: ScriptedPool, _ kind: FindingKind) throws -> Finding? {
    try pool.view().findings(kinds: [kind], pool: nil, since: nil).first
  }

  // MARK: Causes

  @Test func `another image at the base's path is the cause of a format that does not fit`() throws
  {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("base"), pool.disk("top", on: "base")])
    var other = pool.raw("base")
    other.inode = 5
    try pool.scan([other, pool.disk("elsewhere")])
    let cause = try finding(pool, .backingFormatMismatch)?.cause
    #expect(cause?.kind == .targetReplaced)
    #expect(
      cause?.evidence
        == "in scan 2 image #3 is at the path of image #1, which was there until scan 1")
    #expect(cause?.nowAt == [])
  }

  @Test func `an overlay that came after its base went is told what stood there`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("base")])
    try pool.scan(gone: ["base"])
    try pool.scan([pool.disk("top", on: "base")])
    let cause = try finding(pool, .backingMissing)?.cause
    #expect(cause?.kind == .targetRemoved)
    #expect(cause?.evidence == "image #1 was there until scan 1 and is gone")
    #expect(cause?.stoodUntil == 1)
    var moved = pool.disk("base")
    moved.name = Array("moved".utf8)
    try pool.scan([moved])
    #expect(try finding(pool, .backingMissing)?.cause?.kind == .targetMoved)
    #expect(try finding(pool, .backingMissing)?.cause?.nowAt == ["/pool/moved"])
  }

  @Test func `a base outside the pools that goes was there`() throws {
    let pool = try ScriptedPool()
    pool.outside = ["/away/base"]
    try pool.scan([pool.disk("top", on: "/away/base")])
    pool.outside = []
    try pool.scan()
    let found = try finding(pool, .backingMissing)
    #expect(found?.cause?.kind == .targetRemoved)
    #expect(found?.cause?.evidence == "it was there, outside the pools, in scan 1")
  }

  @Test func `a secret in a name of before is not told`() throws {
    let pool = try ScriptedPool()
    try pool.scan([pool.disk("top", on: "nbd://user:secret@host/export")])
    try pool.scan([pool.disk("top", on: "gone", at: 2)])
    let evidence = try finding(pool, .backingMissing)?.cause?.evidence ?? ""
    #expect(evidence.hasPrefix("it referred to 'nbd://") && evidence.hasSuffix("until scan 1"))
    #expect(!evidence.contains("secret"))
  }

  // MARK: What it keeps from starting

  @Test func `the machines above a broken link are named, at any depth, each once`() throws {
    let pool = try ScriptedPool()
    let machines = [
      Said.machine("web", [Said.disk("top")]),
      Said.machine(
        "db",
        [
          Said.disk("middle", of: "db"),
          Said.disk("top", of: "db") {
            $0.target = "vdb"
            $0.isReadOnly = true
          },
        ]),
      Said.machine("idle", [Said.disk("apart", of: "idle")]),
    ]
    try pool.scan(
      [
        pool.disk("middle", on: "gone"), pool.disk("top", on: "middle"), pool.disk("apart"),
      ], domains: machines)
    #expect(try finding(pool, .backingMissing)?.domains == ["db", "web"])
  }

  @Test func `what a lost base stood on is named, and the way back is not hidden`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.disk("low"), pool.disk("base", on: "low"), pool.disk("top", on: "base"),
    ])
    try pool.scan(gone: ["base"])
    #expect(
      try finding(pool, .backingMissing)?.message.hasSuffix(
        "; its base was '/pool/low', and going back to that loses what was written since.") == true)
    try pool.scan(gone: ["low"])
    #expect(try finding(pool, .backingMissing)?.message.contains("its base was") == false)
  }

  @Test func `a file of the name of a missing disk may be seen under another path`() throws {
    let pool = try ScriptedPool()
    try pool.scan(
      [pool.disk("web.qcow2")],
      domains: [Said.machine("web", [Said.disk("/mnt/pool/web.qcow2")])])
    #expect(
      try finding(pool, .domainImageMissing)?.message
        == "'/mnt/pool/web.qcow2', which domain 'web' uses, is missing; put it back, or change the "
        + "domain with 'virsh edit web' before starting it; a file of that name is at "
        + "'/pool/web.qcow2': if machines see that directory under another path, set 'seen-as' of "
        + "its pool in the configuration.")
  }

  @Test func `a running machine has its lost disk open until it ends`() throws {
    let pool = try ScriptedPool()
    try pool.scan(domains: [
      Said.machine("web", [Said.disk("web.qcow2", document: .live)], isRunning: true)
    ])
    let message = try finding(pool, .domainImageMissing)?.message ?? ""
    #expect(message.contains("the domain is running: its process has the file open"))
  }

  @Test func `a base with two overlays is no unfinished commit`() throws {
    let pool = try ScriptedPool()
    let night = ScriptedNight(
      files: { [$0.disk("base"), $0.disk("one", on: "base"), $0.disk("two", on: "base")] },
      contents: ["base": 10])
    try pool.live(night)
    try pool.live(ScriptedNight(files: { [$0.disk("base", at: 2)] }, contents: ["base": 20]))
    let found = try finding(pool, .baseModified)
    #expect(found?.message.hasPrefix("'/pool/base' has changed after overlays were made") == true)
    #expect(found?.victims == ["/pool/one", "/pool/two"])
  }

  // MARK: libvirt's verdict

  @Test(arguments: [
    // The base: of which format, with or without a base of its own; and what libvirt makes of it.
    ("plain", "only while the base has no backing file of its own"),
    ("chained", "because libvirt refuses to start a machine with it"),
    ("spoilt", "or libvirt may refuse to start the machine"),
    ("nbd://host/export", "because libvirt refuses to start a machine with it"),
    (
      "file:/pool/plain",
      "and name the base by its plain path, because libvirt refuses to start a machine with it: it does not support 'file:' before a name"
    ),
  ])
  func `an unrecorded format is as bad as libvirt finds it`(base: String, verdict: String) throws {
    let pool = try ScriptedPool()
    try pool.scan([
      pool.disk("plain"), pool.disk("chained", on: "plain"),
      pool.disk("spoilt") { $0.fault = .truncated(offset: 4, needed: 4) },
      pool.disk("top", on: base, format: nil),
    ])
    let message = try finding(pool, .backingFormatUnrecorded)?.message ?? ""
    #expect(message.hasSuffix(verdict + "."), "\(message)")
  }
}

/// What nothing uses, and since when that may be said.
@Suite struct OrphanRuleTests {
  private let pool: ScriptedPool

  init() throws { pool = try ScriptedPool() }

  private func orphans() throws -> [String] {
    try pool.findings().filter { $0.hasPrefix("orphan ") }
  }

  @Test func `once machines are known, what none of them reaches is told by the second look`()
    throws
  {
    let machines = [Said.machine("web", [Said.disk("top")])]
    try pool.scan(
      [pool.disk("base"), pool.disk("top", on: "base"), pool.disk("idle")], domains: machines)
    #expect(try orphans() == [])
    try pool.scan(domains: machines)
    #expect(try orphans() == ["orphan idle"])
    let found = try pool.view().findings(kinds: [.orphan], pool: nil, since: nil).first
    #expect(
      found?.message
        == "Nothing known uses '/pool/idle'; move it away, and delete it later if nobody misses it."
    )
  }

  @Test func `a night that saw only a part counts for nothing, and takes nothing back`() throws {
    try pool.scan([pool.disk("idle")], domains: [])
    for _ in 0..<3 { try pool.scan(state: .unavailable, domains: []) }
    #expect(try orphans() == [])
    try pool.scan(domains: [])
    #expect(try orphans() == ["orphan idle"])
    try pool.scan(state: .unavailable, domains: [])
    #expect(try orphans() == [], "it is in doubt")
    try pool.scan(domains: [])
    let found = try pool.view().findings(kinds: [.orphan], pool: nil, since: nil)
    #expect(found.map(\.since.scan) == [5], "and did not end")
  }

  @Test func `a broken reference that may mean it keeps it`() throws {
    try pool.scan([pool.disk("idle"), pool.disk("top", on: "/old/place/idle")], domains: [])
    for _ in 0..<3 { try pool.scan(domains: []) }
    #expect(try orphans() == ["orphan top"])
    let all = try pool.view().orphans(all: true, olderThanMilliseconds: nil)
    #expect(all.first { $0.filename == "/pool/idle" }?.verdict == .awaited)
  }

  @Test func `a new overlay keeps no orphan, but is told of with it`() throws {
    try pool.scan([pool.disk("low"), pool.disk("other")], domains: [])
    try pool.scan(domains: [])
    func evidence() throws -> [String?] {
      try pool.view().orphans(all: false, olderThanMilliseconds: nil).map(\.evidence.last)
    }
    try pool.scan([pool.disk("new", on: "low")], domains: [])
    #expect(try orphans() == ["orphan low", "orphan other"])
    #expect(try evidence()[0] == "'/pool/new' depends on it, and is not certain to be unused")
    #expect(try evidence()[1]?.contains("depends on it") == false)
    try pool.scan(domains: [])
    #expect(try orphans() == ["orphan low", "orphan new", "orphan other"])
    #expect(try evidence()[0]?.hasPrefix("'/pool/new'") == true)
  }

  @Test func `images that stand on each other are orphans together`() throws {
    try pool.scan([pool.disk("one", on: "two"), pool.disk("two", on: "one")], domains: [])
    try pool.scan(domains: [])
    #expect(try orphans() == ["orphan one", "orphan two"])
  }

  @Test func `nights without a scan prove nothing, and are no look`() throws {
    try pool.scan([pool.disk("idle")], domains: [])
    pool.sleep(nights: 5)
    #expect(try orphans() == [])
    try pool.scan(domains: [])
    let found = try pool.view().findings(kinds: [.orphan], pool: nil, since: nil).first
    #expect(found?.since.scan == 2)
    #expect(found?.lastGood == nil)
  }
}
