import Database
import DiskImage
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// Nights that see a part: what they may end, and what stays as it was until somebody has looked.
@Suite struct PartialNightTests {
  /// Two pools, the first with a directory below; overlays from one into the other.
  private func host() throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/base")
    host.put("/srv/a/sub/deep", on: "../base")
    host.put("/srv/a/sub/free")
    host.put("/srv/b/over", on: "/srv/a/base")
    host.put("/srv/b/lost", on: "/srv/a/gone")
    try host.scan()
    return host
  }

  private let blind = ScriptedHost.Look { $0.hidden = ["/srv/a/sub"] }
  private let away = ScriptedHost.Look { $0.unavailable = ["/srv/a"] }
  private let second = ScriptedHost.Look { $0.pools = ["/srv/b"] }

  private func names(_ host: ScriptedHost) throws -> [String] { try host.stands().keys.sorted() }

  // MARK: Directories that cannot be listed

  @Test func `what goes where nobody looks is there until somebody does`() throws {
    let host = try host()
    host.remove("/srv/a/sub/free")
    host.remove("/srv/a/base")
    let night = try host.scan(blind)
    #expect(night.scan.state == .partial && night.scan.counts.removed == 1)
    #expect(try names(host).contains("/srv/a/sub/free"))
    #expect(try !names(host).contains("/srv/a/base"))
    #expect(try host.scan().scan.counts.removed == 1)
    #expect(try names(host) == ["/srv/a/sub/deep", "/srv/b/lost", "/srv/b/over"])
    #expect(try host.defects() == [])
  }

  @Test func `a directory that goes where nobody looks is there as well`() throws {
    let host = try host()
    host.removeDirectory("/srv/a/sub")
    try host.scan(blind)
    #expect(try names(host).count == 5)
    try host.scan()
    #expect(try names(host).count == 3)
    #expect(
      try host.number(
        """
        SELECT count(*) FROM directory_state JOIN directory ON id = directory
        WHERE until_scan IS NULL AND CAST(path AS TEXT) = '/srv/a/sub'
        """) == 0)
  }

  @Test func `a file that comes out of what nobody sees stands where it was seen alone`() throws {
    let host = try host()
    let before = try host.stands()
    host.move("/srv/a/sub/free", to: "/srv/a/free")
    let night = try host.scan(blind)
    #expect(night.scan.counts.moved == 1)
    #expect(try host.stands()["/srv/a/free"] == before["/srv/a/sub/free"])
    #expect(try host.stands()["/srv/a/sub/free"] == nil)
    #expect(try host.scan().scan.counts.removed == 0)
  }

  @Test func `a file of several names stands where nobody looks too`() throws {
    let host = try host()
    host.link("/srv/a/sub/free", as: "/srv/a/free")
    try host.scan()
    host.link("/srv/a/free", as: "/srv/a/third")
    try host.scan(blind)
    let stands = try host.stands()
    #expect(stands["/srv/a/sub/free"] == stands["/srv/a/free"])
    #expect(stands["/srv/a/third"] == stands["/srv/a/free"])
    // It is gone when its last name is, and not while one may be left.
    for name in ["/srv/a/free", "/srv/a/third", "/srv/a/sub/free"] as [PathBytes] {
      host.remove(name)
    }
    #expect(try host.scan(blind).scan.counts.removed == 0)
    #expect(try host.scan().scan.counts.removed == 1)
    #expect(try host.defects() == [])
  }

  @Test func `a base that goes where nobody looks is not missed`() throws {
    let host = try host()
    host.put("/srv/b/high", on: "/srv/a/sub/free")
    try host.scan()
    host.remove("/srv/a/sub/free")
    try host.scan(blind)
    #expect(try host.links().contains("high 0 ok free"))
    #expect(try host.findings() == ["backing-missing lost"])
    try host.scan()
    #expect(try host.findings() == ["backing-missing high", "backing-missing lost"])
  }

  @Test func `a new link into what nobody sees leads to what was known there, or is open`() throws {
    let host = try host()
    host.put("/srv/b/known", on: "/srv/a/sub/free")
    host.put("/srv/b/never", on: "/srv/a/sub/never")
    try host.scan(blind)
    #expect(try host.links().contains("known 0 ok free"))
    #expect(try host.links().contains("never 0 unknown -"))
    #expect(try host.findings() == ["backing-missing lost"])
    try host.scan()
    #expect(try host.findings() == ["backing-missing lost", "backing-missing never"])
  }

  @Test func `what could not be listed is a problem of its pool for as long as that lasts`() throws
  {
    let host = try host()
    let night = try host.scan(blind)
    #expect(night.pools.map(\.state) == [.partial, .complete])
    #expect(night.problems.map(\.filename) == ["/srv/a/sub"])
    try host.scan(blind)
    try host.scan()
    let rows = "SELECT CAST(path AS TEXT), pool, from_scan, until_scan FROM problem ORDER BY id"
    #expect(try host.lines(rows) == ["/srv/a/sub 1 2 4"])
    // The same again is another one, and so is one that is said otherwise.
    try host.scan(blind)
    #expect(try host.lines(rows) == ["/srv/a/sub 1 2 4", "/srv/a/sub 1 5 -"])
  }

  // MARK: Pools that are not there

  @Test func `of a pool that is not there everything stays, and it has as many images`() throws {
    let host = try host()
    for path in host.files.keys where path.isIn("/srv/a") { host.remove(path) }
    let night = try host.scan(away)
    #expect(night.scan.state == .partial && night.scan.counts.removed == 0)
    #expect(night.pools.map(\.images) == [3, 2])
    #expect(night.pools.map(\.state) == [.unavailable, .complete])
    #expect(night.pools.first?.reason == "it is not there")
    #expect(try host.links().contains("over 0 ok base"))
    #expect(try host.findings() == ["backing-missing lost"])
    #expect(try host.defects() == [])
  }

  @Test func `what was missing in it stays missing, and a new link is open`() throws {
    let host = try host()
    host.put("/srv/b/new", on: "/srv/a/other")
    host.put("/srv/b/old", on: "/srv/a/base")
    try host.scan(away)
    #expect(
      try host.links() == [
        "deep 0 ok base", "lost 0 missing -", "new 0 unknown -", "old 0 ok base", "over 0 ok base",
      ])
    #expect(try host.findings() == ["backing-missing lost"])
  }

  @Test func `what is found in it when it is back is judged then`() throws {
    let host = try host()
    try host.scan(away)
    host.remove("/srv/a/base")
    host.put("/srv/a/gone")
    try host.scan()
    #expect(
      try host.links() == ["deep 0 missing -", "lost 0 ok gone", "over 0 missing -"])
    let found = try host.view().findings(kinds: [], pool: nil, since: nil)
    #expect(found.map(\.lastGood?.scan) == [1, 1])
  }

  // MARK: Pools that were not asked for

  @Test func `what leads into a pool that was not asked for is looked at by itself`() throws {
    let host = try host()
    host.remove("/srv/a/base")
    host.put("/srv/a/gone")
    let night = try host.scan(second)
    #expect(night.scan.state == .complete && night.pools.map(\.path) == ["/srv/b"])
    // The base is gone for whoever looks; a file that came since is not known yet.
    #expect(try host.links().contains("over 0 missing -"))
    #expect(try host.links().contains("lost 0 unknown -"))
    // Nobody asked for the overlays of the other pool, nor for what stands there.
    #expect(try host.links().contains("deep 0 ok base"))
    #expect(try names(host).contains("/srv/a/base"))
    #expect(try host.findings() == ["backing-missing over"])
  }

  @Test func `where its file system is not mounted nothing in it is missing`() throws {
    let host = try host()
    let roots = host.directories
    for directory in ["/srv/a", "/srv/a/sub"] as [PathBytes] {
      host.directories[directory]?.filesystem = "uuid:2"
    }
    try host.scan()
    // The mount point is what is left.
    host.directories = roots
    let files = host.files
    for path in files.keys where path.isIn("/srv/a") { host.remove(path) }
    try host.scan(second)
    #expect(try host.links().contains("over 0 unknown base"))
    #expect(try host.findings() == ["backing-missing lost"])
  }

  @Test func `an image that left a pool which was not asked for is not counted in it any more`()
    throws
  {
    let host = try host()
    host.move("/srv/a/sub/free", to: "/srv/b/free")
    #expect(try host.scan(second).pools.map(\.images) == [3])
    let night = try host.scan()
    #expect(night.pools.map(\.images) == [2, 3] && night.scan.counts.images == 5)
    #expect(try host.view().pools().map(\.outcome.images) == [2, 3])
    // Also where the nights between are forgotten.
    host.move("/srv/a/sub/deep", to: "/srv/b/deep")
    try host.scan(second)
    try host.scan(second)
    var policy = RetentionPolicy()
    policy.last = 1
    _ = try host.writer().prune(keeping: policy, isDryRun: false)
    #expect(try host.scan().pools.map(\.images) == [1, 4])
    #expect(try host.defects() == [])
  }

  @Test func `images of a pool that was not asked for are none of the scan's`() throws {
    let host = try host()
    host.put("/srv/a/more")
    host.put("/srv/b/more")
    let night = try host.scan(second)
    #expect(night.scan.counts.images == 3 && night.scan.counts.added == 1)
    #expect(try host.scan().scan.counts.images == 7)
    #expect(
      try host.lines("SELECT scan, pool, images FROM pool_scan ORDER BY 1, 2")
        == ["1 1 3", "1 2 2", "2 2 3", "3 1 4", "3 2 3"])
  }

  // MARK: Single images

  @Test func `a scan of one image looks at nothing else`() throws {
    let host = try host()
    host.write("/srv/b/over")
    host.write("/srv/b/lost")
    host.remove("/srv/a/sub/free")
    let night = try host.scan(.init { $0.images = ["/srv/b/over"] })
    #expect(night.scan.counts.changed == 1 && night.scan.counts.removed == 0)
    #expect(try host.lines("SELECT scope FROM pool_scan WHERE scan = 2") == ["images"])
    #expect(
      try host.lines("SELECT scan, image FROM scan_image")
        == ["2 \(try host.stands()["/srv/b/over"] ?? 0)"])
    #expect(try host.scan().scan.counts.changed == 1)
  }

  @Test func `its base is looked at where nobody walked, and is not taken for known`() throws {
    let host = try host()
    host.remove("/srv/a/base")
    try host.scan(.init { $0.images = ["/srv/b/over"] })
    #expect(try host.links().contains("over 0 missing -"))
    #expect(try host.links().contains("deep 0 ok base"))
    #expect(try host.findings() == ["backing-missing lost", "backing-missing over"])
  }

  @Test func `a single image that is gone ends, and its neighbours stay`() throws {
    let host = try host()
    host.remove("/srv/b/over")
    host.remove("/srv/b/lost")
    let night = try host.scan(.init { $0.images = ["/srv/b/over"] })
    #expect(night.scan.counts.removed == 1)
    #expect(try names(host).contains("/srv/b/lost"))
    #expect(try host.defects() == [])
  }

  // MARK: Machines

  private static func web(_ disks: String...) -> [SeenDomain] {
    [Said.machine("web", disks.map { Said.disk($0) })]
  }

  private func machines(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT name, (SELECT count(*) FROM reference WHERE holder = id AND until_scan IS NULL)
      FROM domain JOIN domain_state ON domain = id WHERE until_scan IS NULL
      """)
  }

  @Test func `a machine whose file nobody could read stays, and who nobody asked for too`() throws {
    let host = try host()
    host.machines = Self.web("/srv/b/over")
    try host.scan()
    host.machines = []
    try host.scan(.init { $0.hiddenSources = ["/etc/libvirt/qemu/web.xml"] })
    #expect(try machines(host) == ["web 1"])
    try host.scan(.init { $0.machines = false })
    #expect(try machines(host) == ["web 1"])
    // Whoever read all of them and met it no more ends it.
    try host.scan()
    #expect(try machines(host) == [])
    #expect(try host.defects() == [])
  }

  @Test func `a scan that kept a machine it did not see does not see all machines`() throws {
    let host = try host()
    host.machines = Self.web("/srv/b/over")
    try host.scan()
    try host.scan(.init { $0.hiddenSources = ["/etc/libvirt/qemu/web.xml"] })
    try host.scan(
      .init {
        $0.machineProblems = [ScanProblem(filename: "/etc/libvirt/qemu/x.xml", message: "no")]
      })
    try host.scan(.init { $0.machines = false })
    try host.scan()
    #expect(
      try host.lines("SELECT id, has_domains FROM scan ORDER BY id")
        == ["1 0", "2 1", "3 0", "4 0", "5 0", "6 1"])
    #expect(
      try host.lines("SELECT CAST(path AS TEXT), pool FROM problem")
        == ["/etc/libvirt/qemu/x.xml -"])
  }

  @Test func `nothing is unused by a night that did not see everything`() throws {
    let host = try host()
    host.machines = Self.web("/srv/b/over")
    for look in [
      blind, away, .init { $0.machineProblems = [.init(filename: "/x", message: "no")] },
    ] {
      for _ in 0..<3 { try host.scan(look) }
      #expect(try host.findings() == ["backing-missing lost"])
    }
    for _ in 0..<3 { try host.scan() }
    #expect(try host.findings().contains("orphan free"))
  }
}
