import Database
import DiskImage
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// What stands in a database while a scan is written, and after one that ended early.
@Suite struct WriterTests {
  private let pool: ScriptedPool

  init() throws { pool = try ScriptedPool() }

  private func writer(inBulk: Bool = true) throws -> InventoryWriter {
    try InventoryWriter(
      writing: pool.file, machineID: "m", hostName: "h", rules: [], inBulk: inBulk)
  }

  private func stage(_ files: [SeenFile], _ writer: InventoryWriter) throws {
    try writer.declare([DeclaredPool(name: "pool", path: ScriptedPool.root)])
    var report = DirectoryReport(
      path: ScriptedPool.root, canonicalPath: ScriptedPool.root, poolPath: ScriptedPool.root,
      filesystem: "uuid:1")
    report.files = files
    try writer.stage([report])
  }

  private func outcome() -> ScanOutcome {
    ScanOutcome(
      started: Moment(milliseconds: 1000), finished: Moment(milliseconds: 2000),
      pools: [.init(path: ScriptedPool.root, state: .complete, isWalked: true)], maxDepth: 16,
      grace: 2)
  }

  private let oracle = PathOracle(landing: { .real($0) }, presence: { _ in .missing })

  private func scanCount() throws -> Int {
    do {
      return try Inventory(reading: pool.file).view(at: .latest(back: 0)).scans().count
    } catch StoreFault.noScan {
      return 0
    }
  }

  @Test(arguments: [true, false])
  func `a scan that is not finished leaves nothing, and the next one is the first`(inBulk: Bool)
    throws
  {
    let files = [pool.image("base"), pool.image("top", backing: "base")]
    do {
      let writer = try writer(inBulk: inBulk)
      #expect(writer.isFirst)
      try stage(files, writer)
    }
    #expect(try scanCount() == 0)
    let writer = try writer(inBulk: inBulk)
    #expect(writer.isFirst)
    try stage(files, writer)
    let result = try writer.finish(outcome(), oracle: oracle)
    #expect(result.scan.counts.images == 2 && result.scan.counts.added == 2)
    #expect(try scanCount() == 1)
  }

  @Test(arguments: [true, false])
  func `a first scan that is stopped while bases are read leaves nothing`(inBulk: Bool) throws {
    let writer = try writer(inBulk: inBulk)
    try stage([pool.image("base"), pool.image("top", backing: "base")], writer)
    var asked: [Int64] = []
    #expect(throws: StoreFault.self) {
      try writer.finish(
        outcome(), oracle: oracle, newBases: 10,
        reading: { bases in
          asked = bases.map(\.image)
          return { nil }
        })
    }
    #expect(asked.count == 1)
    #expect(try scanCount() == 0)
  }

  @Test(arguments: [true, false])
  func `what the bases of a first scan hold is written with it`(inBulk: Bool) throws {
    let writer = try writer(inBulk: inBulk)
    try stage([pool.image("base"), pool.image("top", backing: "base")], writer)
    _ = try writer.finish(
      outcome(), oracle: oracle, newBases: 10,
      reading: { bases in
        {
          var found = BaseContents()
          for base in bases { found.contents[base.image] = Content(level: 0, sums: [7]) }
          return found
        }
      })
    var contents: [QueryValue] = []
    try pool.view().rows(sql: "SELECT count(*) FROM image WHERE content IS NOT NULL") {
      contents += $0.cells
    }
    #expect(contents == [.integer(1)])
    #expect(writer.settle() == [])
  }

  @Test func `a database with a scan and no image holds something`() throws {
    try pool.scan([])
    #expect(try !writer().isFirst)
    let result = try pool.scan([pool.image("a"), pool.image("b")])
    #expect(result.scan.counts.added == 2)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test func `numbers of images that are gone are never given again`() throws {
    try pool.scan([pool.image("a"), pool.image("b")])
    try pool.scan(gone: ["a", "b"])
    try pool.scan([pool.image("c", inode: 900)])
    var numbers: [QueryValue] = []
    try pool.view().rows(sql: "SELECT max(id) FROM image") { numbers += $0.cells }
    #expect(numbers == [.integer(3)])
  }

  @Test func `what is known is the state before, by name`() throws {
    try pool.scan([pool.image("b"), pool.image("a"), pool.image("c")])
    try pool.scan(gone: ["b"])
    let known = try writer().known.directory(ScriptedPool.root)
    let names = (0..<known.count).map { String(decoding: known.name(at: $0), as: UTF8.self) }
    #expect(names == ["a", "c"])
    #expect(known.position(of: Array("c".utf8)[...]) == 1)
    #expect(known.position(of: Array("b".utf8)[...]) == nil)
    #expect(known[0].signature == 7)
    #expect(known.filesystem == "uuid:1")
    #expect(try writer().known.directory("/elsewhere").count == 0)
  }

  @Test func `before a first scan ends nothing is known, and afterwards all that it saw`() throws {
    let writer = try writer()
    try stage([pool.image("a")], writer)
    #expect(try writer.known.directory(ScriptedPool.root).count == 0)
    _ = try writer.finish(outcome(), oracle: oracle)
    #expect(try writer.known.directory(ScriptedPool.root).count == 1)
  }

  @Test func `a report of a pool that was not declared is nobody's`() throws {
    let writer = try writer()
    try writer.declare([DeclaredPool(name: "pool", path: ScriptedPool.root)])
    var report = DirectoryReport(
      path: "/other", canonicalPath: "/other", poolPath: "/other", filesystem: "uuid:1")
    report.files = [pool.image("a")]
    try writer.stage([report])
    #expect(try writer.finish(outcome(), oracle: oracle).scan.counts.images == 0)
  }
}
