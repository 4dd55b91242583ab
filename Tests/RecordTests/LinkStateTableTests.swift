import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// What is said of a link: by what stands in the pools, by what the host says of the rest, and by what was said before.
@Suite struct LinkStateTableTests {
  // MARK: Outside of the pools

  /// What the host says of a path that no pool covers.
  enum Answer: String, CaseIterable, Sendable {
    case there, unreadable, nothing, failed, unseen
  }

  private static let target: PathBytes = "/other/base"

  private func ask(_ answer: Answer, _ files: [SeenFile] = [], in pool: ScriptedPool) throws {
    pool.outside = answer == .there ? [Self.target] : []
    pool.unreadable = answer == .unreadable ? [Self.target] : []
    pool.failing = answer == .failed ? [Self.target] : []
    try pool.scan(files, unseen: answer == .unseen ? [Self.target] : [])
  }

  /// What is said of the link on the first night, by the host's answer.
  @Test(
    arguments: [
      (.there, "outside-pools", ["backing-outside-pools a"]),
      (.unreadable, "unreadable", ["backing-unreadable a"]),
      (.nothing, "missing", ["backing-missing a"]), (.failed, "unknown", []),
      (.unseen, "unknown", []),
    ] as [(Answer, String, [String])])
  func `a new link out of the pools is what the host says`(
    answer: Answer, state: String, findings: [String]
  ) throws {
    let pool = try ScriptedPool()
    try ask(answer, [pool.image("a", backing: "/other/base")], in: pool)
    #expect(try pool.links() == ["a 0 \(state) -"])
    #expect(try pool.findings() == findings)
    #expect(try pool.defects() == [])
  }

  /// What is said of it on the second night: who could not look keeps what was said.
  @Test(
    arguments: [
      (.there, ["outside-pools", "unreadable", "missing", "outside-pools", "outside-pools"]),
      (.unreadable, ["outside-pools", "unreadable", "missing", "unreadable", "unreadable"]),
      (.nothing, ["outside-pools", "unreadable", "missing", "missing", "missing"]),
      (.failed, ["outside-pools", "unreadable", "missing", "unknown", "unknown"]),
      (.unseen, ["outside-pools", "unreadable", "missing", "unknown", "unknown"]),
    ] as [(Answer, [String])])
  func `it is looked at every night, and stays what it was while nobody can say`(
    first: Answer, states: [String]
  ) throws {
    let known = try ScriptedPool()
    try ask(first, [known.image("a", backing: "/other/base")], in: known)
    for (second, state) in zip(Answer.allCases, states) {
      let pool = try ScriptedPool(copying: known)
      try ask(second, in: pool)
      #expect(try pool.links() == ["a 0 \(state) -"], "\(second)")
    }
  }

  // MARK: In the pools

  /// What happens to the base of an overlay, and what is said of its link then.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is said of the link: state and target.
    let link: String
    let backing: String
    let before: @Sendable (ScriptedHost) -> Void
    let change: @Sendable (ScriptedHost) -> Void

    init(
      _ description: String, _ link: String, on backing: String = "base",
      before: @escaping @Sendable (ScriptedHost) -> Void = { _ in },
      change: @escaping @Sendable (ScriptedHost) -> Void
    ) {
      testDescription = description
      self.link = link
      self.backing = backing
      self.before = before
      self.change = change
    }
  }

  static let rows: [Row] = [
    Row("it is as it was", "ok base") { _ in },
    Row("it is gone", "missing -") { $0.remove("/srv/a/base") },
    Row("it may not be read", "unreadable base") { $0.change("/srv/a/base") { $0.facts = nil } },
    Row("it may be read again", "ok base", before: { $0.change("/srv/a/base") { $0.facts = nil } })
    {
      $0.change("/srv/a/base") { $0.facts = ImageFacts(format: .qcow2) }
    },
    Row("another file stands there", "ok base") { $0.put("/srv/a/base") { $0.virtualSize = 5 } },
    Row("a directory stands there", "unreadable -") {
      $0.remove("/srv/a/base")
      $0.directories["/srv/a/base"] = .init()
    },
    Row("a symbolic link to it stands there", "ok moved") {
      $0.move("/srv/a/base", to: "/srv/a/moved")
      $0.aliases["/srv/a/base"] = "/srv/a/moved"
    },
    Row("one that leads to another pool's image", "ok far") {
      $0.remove("/srv/a/base")
      $0.aliases["/srv/a/base"] = "/srv/b/far"
    },
    Row("one that leads nowhere", "missing -") {
      $0.remove("/srv/a/base")
      $0.aliases["/srv/a/base"] = "/srv/a/nowhere"
    },
    Row(
      "the symbolic link leads elsewhere now", "ok far", on: "link",
      before: { $0.aliases["/srv/a/link"] = "/srv/a/base" }
    ) { $0.aliases["/srv/a/link"] = "/srv/b/far" },
    Row(
      "the symbolic link is gone", "missing -", on: "link",
      before: { $0.aliases["/srv/a/link"] = "/srv/a/base" }
    ) { $0.aliases["/srv/a/link"] = nil },
    Row(
      "what the symbolic link leads to is gone", "missing -", on: "link",
      before: { $0.aliases["/srv/a/link"] = "/srv/a/base" }
    ) { $0.remove("/srv/a/base") },
    Row("the way has a step back", "ok base", on: "../a/base") { _ in },
    Row(
      "the way leads through a directory that is a symbolic link", "ok far", on: "/way/far",
      before: { $0.ways["/way"] = "/srv/b" }
    ) { _ in },
    Row(
      "that leads to another directory now", "ok base", on: "/way/base",
      before: { $0.ways["/way"] = "/srv/b" }
    ) { $0.ways["/way"] = "/srv/a" },
    Row(
      "that is gone", "missing -", on: "/way/far", before: { $0.ways["/way"] = "/srv/b" }
    ) { $0.ways["/way"] = nil },
    Row(
      "the way leads through a mount of a pool", "ok far", on: "/mnt/far",
      before: { $0.mounts["/mnt"] = "/srv/b" }
    ) { _ in },
    Row(
      "the mount is of what lies above", "ok far", on: "/mnt/b/far",
      before: { $0.mounts["/mnt"] = "/srv" }
    ) { _ in },
    Row(
      "what is mounted there is another directory now", "ok base", on: "/mnt/base",
      before: { $0.mounts["/mnt"] = "/srv/b" }
    ) { $0.mounts["/mnt"] = "/srv/a" },
    Row(
      "the mount is gone", "missing -", on: "/mnt/far", before: { $0.mounts["/mnt"] = "/srv/b" }
    ) { $0.mounts["/mnt"] = nil },
    Row(
      "what is named by the mount is gone", "missing -", on: "/mnt/far",
      before: { $0.mounts["/mnt"] = "/srv/b" }
    ) { $0.remove("/srv/b/far") },
    Row(
      "it has another name outside the pools", "ok far", on: "/out/x",
      before: { $0.outside["/out/x"] = $0.file(at: "/srv/b/far") }
    ) { _ in },
    Row(
      "which another image has now", "ok base", on: "/out/x",
      before: { $0.outside["/out/x"] = $0.file(at: "/srv/b/far") }
    ) { $0.outside["/out/x"] = $0.file(at: "/srv/a/base") },
    Row(
      "which a file of no pool has now", "outside-pools -", on: "/out/x",
      before: { $0.outside["/out/x"] = $0.file(at: "/srv/b/far") }
    ) { $0.outside["/out/x"] = .init(filesystem: "uuid:1", inode: 7) },
    Row(
      "its name in the pool is gone", "outside-pools -", on: "/out/x",
      before: { $0.outside["/out/x"] = $0.file(at: "/srv/b/far") }
    ) { $0.remove("/srv/b/far") },
    Row("it has another name beside", "ok base") { $0.link("/srv/a/base", as: "/srv/b/second") },
    Row(
      "the other name is gone", "ok base", before: { $0.link("/srv/a/base", as: "/srv/b/second") }
    ) { $0.remove("/srv/b/second") },
    Row(
      "this name is gone, and the other is there", "missing -",
      before: { $0.link("/srv/a/base", as: "/srv/b/second") }
    ) { $0.remove("/srv/a/base") },
    Row("it was missed, and is there", "ok late", on: "late") { $0.put("/srv/a/late") },
    Row("its directory is gone", "missing -", on: "sub/base", before: { $0.put("/srv/a/sub/base") })
    {
      $0.removeDirectory("/srv/a/sub")
    },
    Row(
      "its directory has another name", "missing -", on: "sub/x", before: { $0.put("/srv/a/sub/x") }
    ) { $0.moveDirectory("/srv/a/sub", to: "/srv/a/other") },
    Row("the holder moved away from it", "missing -") { $0.move("/srv/a/top", to: "/srv/b/top") },
    Row("and what has the name there is meant", "ok base") {
      $0.put("/srv/b/base")
      $0.move("/srv/a/top", to: "/srv/b/top")
    },
  ]

  private func host(_ row: Row) throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/base")
    host.put("/srv/b/far")
    host.put("/srv/a/top", on: row.backing)
    row.before(host)
    return host
  }

  private func top(_ host: ScriptedHost) throws -> [String] {
    try host.links().filter { $0.hasPrefix("top 0 ") }
  }

  @Test(arguments: rows) func `a link follows what stands in the pools, at once and later`(row: Row)
    throws
  {
    let host = try host(row)
    try host.scan()
    row.change(host)
    let new = try host.anew()
    try host.scan()
    #expect(try top(host) == ["top 0 \(row.link)"])
    #expect(try host.defects() == [])
    try new.scan()
    #expect(try top(new) == ["top 0 \(row.link)"])
  }

  // MARK: Whose names there are several

  @Test func `an overlay of several names starts from the first of them`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/base")
    host.put("/srv/b/base") { $0.virtualSize = 7 }
    host.put("/srv/b/top", on: "base")
    try host.scan()
    let bases = try host.stands()
    let target = "SELECT target_image FROM link WHERE until_scan IS NULL"
    #expect(try host.number(target) == bases["/srv/b/base"])
    host.link("/srv/b/top", as: "/srv/a/top")
    try host.scan()
    #expect(try host.number(target) == bases["/srv/a/base"])
    host.remove("/srv/a/top")
    try host.scan()
    #expect(try host.number(target) == bases["/srv/b/base"])
    #expect(try host.defects() == [])
  }

  // MARK: Other paths

  @Test func `what is mounted of a pool that nobody walks stays what it was`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/b/far")
    host.put("/srv/a/top", on: "/mnt/far")
    host.mounts["/mnt"] = "/srv/b"
    try host.scan()
    try host.scan(.init { $0.pools = ["/srv/a"] })
    #expect(try host.links() == ["top 0 ok far"])
    // Only one of the two is there: what the other shows is not what was walked.
    try host.scan(.init { $0.unavailable = ["/srv/b"] })
    #expect(try host.links() == ["top 0 ok far"])
    try host.scan()
    #expect(try host.lines("SELECT from_scan, until_scan FROM link") == ["1 -"])
    #expect(try host.defects() == [])
  }

  @Test func `another name of a file in a pool that is not there leads nowhere that is known`()
    throws
  {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/b/far")
    host.put("/srv/a/top")
    try host.scan()
    host.rebase("/srv/a/top", on: "/out/x")
    host.outside["/out/x"] = host.file(at: "/srv/b/far")
    host.put("/srv/b/other")
    host.remove("/srv/b/far")
    try host.scan(.init { $0.unavailable = ["/srv/b"] })
    #expect(try host.links() == ["top 0 unknown far"])
    try host.scan()
    #expect(try host.links() == ["top 0 outside-pools -"])
  }

  @Test func `a machine's disk by another name of its file is looked for every night`() throws {
    let host = try ScriptedHost("/srv/a")
    host.put("/srv/a/one")
    host.put("/srv/a/two")
    host.machines = [Said.machine("web", [Said.disk("/out/x")])]
    host.outside["/out/x"] = host.file(at: "/srv/a/one")
    try host.scan()
    #expect(try host.links() == ["web 0 ok one"])
    host.outside["/out/x"] = host.file(at: "/srv/a/two")
    try host.scan()
    #expect(try host.links() == ["web 0 ok two"])
    try host.scan()
    #expect(try host.lines("SELECT from_scan, until_scan FROM link ORDER BY 1") == ["1 2", "2 -"])
  }

  // MARK: Files outside

  @Test func `which file stands outside is noted, and kept while nobody can look`() throws {
    let host = try ScriptedHost("/srv/a")
    host.put("/srv/a/top", on: "/iso/base")
    host.outside = ["/iso/base": .init(filesystem: "uuid:9", inode: 77)]
    try host.scan()
    let file = """
      SELECT identity, target_inode, state FROM link
      LEFT JOIN filesystem ON filesystem.id = target_filesystem WHERE link.until_scan IS NULL
      """
    #expect(try host.lines(file) == ["uuid:9 77 outside-pools"])
    host.failing = ["/iso/base"]
    try host.scan()
    #expect(try host.lines(file) == ["uuid:9 77 outside-pools"])
    host.failing = []
    host.outside = ["/iso/base": .init(filesystem: "uuid:9", inode: 78)]
    try host.scan()
    #expect(try host.lines(file) == ["uuid:9 78 outside-pools"])
    host.outside = [:]
    try host.scan()
    #expect(try host.lines(file) == ["- - missing"])
    #expect(
      try host.lines("SELECT from_scan, until_scan FROM link ORDER BY 1") == ["1 3", "3 4", "4 -"])
  }

  @Test func `what cannot be asked is one problem, however many links lead there`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/one", on: "/iso/base")
    host.put("/srv/b/two", on: "/iso/base")
    host.failing = ["/iso/base"]
    let night = try host.scan()
    #expect(night.problems.count == 1 && night.scan.state == .partial)
    #expect(night.pools.map(\.state) == [.partial, .complete])
    #expect(night.pools.first?.reason == "not every link could be followed")
  }

  @Test func `a machine's link that cannot be asked is a problem of the machines`() throws {
    let host = try ScriptedHost("/srv/a")
    host.put("/srv/a/one")
    host.machines = [Said.machine("web", [Said.disk("/iso/disk")])]
    host.failing = ["/iso/disk"]
    let night = try host.scan()
    #expect(night.pools.map(\.state) == [.complete])
    #expect(night.scan.state == .partial)
    #expect(
      try host.lines("SELECT pool, CAST(path AS TEXT) FROM problem") == ["- /iso/disk"])
    #expect(try host.lines("SELECT state, has_domains FROM scan") == ["partial 0"])
  }

  @Test func `of a directory that cannot be asked the landing stays what it was`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/b/base")
    host.ways["/way"] = "/srv/b"
    host.put("/srv/a/top", on: "/way/base")
    try host.scan()
    host.failing = ["/way"]
    let night = try host.scan()
    #expect(night.problems.map(\.filename) == ["/way"])
    #expect(try host.links() == ["top 0 ok base"])
    host.failing = []
    #expect(try host.scan().scan.state == .complete)
  }
}

extension ScriptedHost {
  /// The file at a path, by which another name of it is told.
  fileprivate func file(at path: PathBytes) -> PathOracle.File? {
    files[path].map {
      .init(
        filesystem: (directories[path.directory] ?? Directory()).filesystem, inode: $0.inode)
    }
  }
}
