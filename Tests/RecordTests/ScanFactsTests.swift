import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// What a scan notes beside images and links: counts, room, blocks, and what many images share.
@Suite struct ScanFactsTests {
  // MARK: Counts

  /// One night of a pool with a base, an overlay, a second name of it and a disk; what it counts: added, removed,
  /// moved, changed, replaced, unchanged, unreadable.
  struct Night: Sendable {
    let description: String
    let counts: [Int64]
    let happen: @Sendable (ScriptedHost) -> Void

    init(
      _ description: String, _ counts: [Int64], _ happen: @escaping @Sendable (ScriptedHost) -> Void
    ) {
      (self.description, self.counts, self.happen) = (description, counts, happen)
    }
  }

  static let nights: [Night] = [
    Night("nothing", [0, 0, 0, 0, 0, 4, 0]) { _ in },
    Night("a new one", [1, 0, 0, 0, 0, 4, 0]) { $0.put("/srv/a/new") },
    Night("gone", [0, 1, 0, 0, 0, 3, 0]) { $0.remove("/srv/a/disk") },
    Night("written to", [0, 0, 0, 1, 0, 3, 0]) { $0.write("/srv/a/disk") },
    Night("written to within a second", [0, 0, 0, 0, 0, 4, 0]) { host in
      host.change("/srv/a/disk") { $0.modified += 1 }
    },
    Night("longer", [0, 0, 0, 1, 0, 3, 0]) { host in
      host.change("/srv/a/disk") { $0.size += 512 }
    },
    Night("another owner", [0, 0, 0, 0, 0, 4, 0]) { host in
      host.change("/srv/a/disk") { $0.ownership = .init(user: 9, group: 9, mode: 0) }
    },
    Night("open", [0, 0, 0, 1, 0, 3, 0]) { $0.change("/srv/a/disk") { $0.isInUse = true } },
    Night("another name", [0, 0, 1, 0, 0, 3, 0]) { $0.move("/srv/a/disk", to: "/srv/a/other") },
    Night("another pool", [0, 0, 1, 0, 0, 3, 0]) { $0.move("/srv/a/disk", to: "/srv/b/disk") },
    Night("moved and written to", [0, 0, 1, 0, 0, 3, 0]) { host in
      host.move("/srv/a/disk", to: "/srv/b/disk")
      host.write("/srv/b/disk")
    },
    Night("a new one in its place", [0, 0, 0, 0, 1, 3, 0]) { host in
      host.put("/srv/a/disk") { $0.virtualSize = 77 }
    },
    Night("one moved over another", [0, 1, 1, 0, 0, 2, 0]) {
      $0.move("/srv/a/disk", to: "/srv/a/base")
    },
    Night("two changed names", [0, 0, 2, 0, 0, 2, 0]) { host in
      host.move("/srv/a/disk", to: "/srv/a/aside")
      host.move("/srv/a/base", to: "/srv/a/disk")
      host.move("/srv/a/aside", to: "/srv/a/base")
    },
    Night("it may not be read any more", [0, 0, 0, 0, 0, 4, 1]) { host in
      host.change("/srv/a/disk") { $0.facts = nil }
    },
    Night("a new one that may not be read", [0, 0, 0, 0, 0, 4, 1]) { host in
      host.put("/srv/a/closed")
      host.change("/srv/a/closed") { $0.facts = nil }
    },
    Night("a directory was renamed", [0, 0, 1, 0, 0, 3, 0]) {
      $0.moveDirectory("/srv/a/sub", to: "/srv/a/dir")
    },
    Night("a directory is gone", [0, 1, 0, 0, 0, 3, 0]) { $0.removeDirectory("/srv/a/sub") },
  ]

  private func host() throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/base")
    host.put("/srv/a/top", on: "base") { $0.virtualSize = 3 }
    host.put("/srv/a/disk") { $0.virtualSize = 5 }
    host.put("/srv/a/sub/deep") { $0.virtualSize = 7 }
    return host
  }

  @Test func `what a night counts is what happened, and what a comparison shows`() throws {
    let known = try host()
    #expect(try known.scan().scan.counts.added == 4)
    for night in Self.nights {
      let host = try known.fork()
      night.happen(host)
      let counts = try host.scan().scan.counts
      #expect(
        [
          counts.added, counts.removed, counts.moved, counts.changed, counts.replaced,
          counts.unchanged, counts.unreadable,
        ] == night.counts, "\(night.description)")
      #expect(try host.view().scans().last?.counts == counts, "\(night.description)")
      let changes = try host.view().diff(from: .number(1), to: .number(2)).changes
      func count(_ kind: ChangeKind) -> Int64 { Int64(changes.count { $0.kind == kind }) }
      #expect(
        [count(.added), count(.removed), count(.moved), count(.changed), count(.replaced)]
          == Array(night.counts.prefix(5)), "\(night.description)")
      #expect(try host.defects() == [], "\(night.description)")
    }
  }

  // MARK: Room

  @Test func `the room of a file system is an interval for as long as it is the same`() throws {
    let host = try host()
    host.directories["/srv/b"]?.filesystem = "uuid:2"
    func room(_ available: UInt64?) {
      host.directories["/srv/a"]?.room = available.map { .init(capacity: 100, available: $0) }
    }
    for available in [10, 10, nil, 9, 10] as [UInt64?] {
      room(available)
      try host.scan()
    }
    #expect(
      try host.lines(
        """
        SELECT identity, from_scan, until_scan, capacity, available
        FROM filesystem_state JOIN filesystem ON id = filesystem ORDER BY 2
        """) == ["uuid:1 1 4 100 10", "uuid:1 4 5 100 9", "uuid:1 5 - 100 10"])
    host.directories["/srv/a"]?.room = .init(capacity: .max, available: .max)
    try host.scan()
    #expect(
      try host.number("SELECT available FROM filesystem_state WHERE until_scan IS NULL") == .max)
  }

  // MARK: Blocks of their own

  private func blocks(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT (SELECT min(CAST(name AS TEXT)) FROM place WHERE place.image = own_blocks.image),
        from_scan, until_scan, bytes, names
      FROM own_blocks ORDER BY 1, 2
      """)
  }

  @Test func `which blocks are its own is asked of what nobody uses, and noted while it holds`()
    throws
  {
    let host = try host()
    host.machines = [Said.machine("web", [Said.disk("/srv/a/top")])]
    var bytes: UInt64? = 4096
    host.measuring = { files in
      Dictionary(uniqueKeysWithValues: files.map { ($0.image, OwnBlocks(bytes: bytes, names: 2)) })
    }
    try host.scan()
    #expect(try blocks(host) == ["deep 1 - 4096 2", "disk 1 - 4096 2"])
    try host.scan()
    #expect(try blocks(host).count == 2)
    bytes = nil
    host.machines = [Said.machine("web", [Said.disk("/srv/a/top"), Said.disk("/srv/a/disk")])]
    try host.scan()
    #expect(try blocks(host) == ["deep 1 3 4096 2", "deep 3 - - 2", "disk 1 3 4096 2"])
    // A scan that does not ask leaves it as it was.
    host.measuring = nil
    host.machines = [Said.machine("web", [Said.disk("/srv/a/top")])]
    try host.scan()
    #expect(try blocks(host).count { $0.contains(" - ") } == 1)
    #expect(try host.lines("SELECT is_measured FROM scan ORDER BY id") == ["1", "1", "1", "0"])
    // What is gone has none.
    host.measuring = { _ in [:] }
    host.removeDirectory("/srv/a/sub")
    try host.scan()
    #expect(try blocks(host).count { $0.hasSuffix(" - - 2") } == 0)
    #expect(try host.defects() == [])
  }

  @Test func `of storage that is away nothing is asked`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/one")
    host.put("/srv/b/two")
    host.machines = []
    var asked: [[PathBytes]] = []
    host.measuring = { files in
      asked.append(files.map(\.file.path))
      return [:]
    }
    try host.scan()
    try host.scan(.init { $0.unavailable = ["/srv/a"] })
    try host.scan(.init { $0.pools = ["/srv/a"] })
    #expect(asked == [["/srv/a/one", "/srv/b/two"], ["/srv/b/two"], ["/srv/a/one"]])
  }

  // MARK: What many share

  @Test func `details, owners and file systems are rows that many images share`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    for (name, own) in [("one", "u"), ("two", "u"), ("three", "v")] {
      host.put(PathBytes("/srv/a/\(name)")) { $0.identifiers = [ImageIdentifier(.own, own)] }
    }
    try host.scan()
    let counts = """
      SELECT (SELECT count(*) FROM image_detail), (SELECT count(*) FROM ownership),
        (SELECT count(*) FROM filesystem)
      """
    #expect(try host.lines(counts) == ["2 1 1"])
    // Scans after it find them again.
    host.put("/srv/b/four") { $0.identifiers = [ImageIdentifier(.own, "v")] }
    host.change("/srv/a/one") { $0.ownership = .init(user: 1, group: 0, mode: 0o600) }
    try host.scan()
    #expect(try host.lines(counts) == ["2 2 1"])
    host.change("/srv/a/two") { $0.ownership = .init(user: 1, group: 0, mode: 0o600) }
    host.directories["/srv/b"]?.filesystem = "uuid:2"
    try host.scan()
    #expect(try host.lines(counts) == ["2 2 2"])
    #expect(
      try host.lines(
        """
        SELECT count(DISTINCT detail), count(DISTINCT file.ownership)
        FROM image_state JOIN file_state AS file USING (image) WHERE file.until_scan IS NULL
        """) == ["2 2"])
  }

  @Test func `directories have one number, whoever names them`() throws {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    host.put("/srv/a/top", on: "/srv/b/base")
    host.machines = [Said.machine("web", [Said.disk("/srv/b/base"), Said.disk("/else/disk")])]
    try host.scan()
    host.put("/srv/b/base")
    host.put("/srv/b/other", on: "/else/base")
    try host.scan()
    #expect(
      try host.lines("SELECT CAST(path AS TEXT), count(*) FROM directory GROUP BY path ORDER BY 1")
        == ["/else 1", "/srv/a 1", "/srv/b 1"])
  }

  @Test func `a directory that became a symbolic link is told, with what was in it`() throws {
    let host = try host()
    try host.scan()
    host.removeDirectory("/srv/a/sub")
    host.aliases["/srv/a/sub"] = "/elsewhere"
    let night = try host.scan()
    #expect(night.redirected == [.init(path: "/srv/a/sub", link: "/elsewhere", images: 1)])
    #expect(try host.scan().redirected == [])
  }
}
