import Database
import DiskImage
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing
import Workflow

/// What a scan is told of the state before it, question by question.
@Suite struct KnownInventoryTests {
  private func host() throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/b", "/srv/a")
    host.put("/srv/a/one")
    host.put("/srv/a/sub/two", on: "../one")
    host.put("/srv/b/three")
    host.aliases["/srv/a/link"] = "/srv/a/one"
    host.aliases["/srv/a/also"] = "/srv/a/none"
    host.directories["/srv/a/sub"]?.isMountPoint = true
    host.directories["/srv/a/sub"]?.filesystem = "uuid:2"
    host.directories["/srv/a"]?.identity = (UInt64.max - 1, 7)
    return host
  }

  private func names(_ known: KnownDirectory) -> [String] {
    (0..<known.count).map { String(decoding: known.name(at: $0), as: UTF8.self) }
  }

  @Test func `before any scan nothing is known`() throws {
    let nothing = KnownInventory.nothing
    #expect(try nothing.pools().isEmpty && nothing.roots().isEmpty)
    #expect(try nothing.directory("/srv/a").count == 0)
    #expect(try nothing.directories(ofPool: "/srv/a") == [])
    #expect(try nothing.imageCount(ofPool: "/srv/a") == 0)
    #expect(try !nothing.everStood("/srv/a/one") && !nothing.hasDomains(below: "/"))
  }

  @Test func `pools are known by the byte order of their paths, those that are let go of not`()
    throws
  {
    let host = try host()
    try host.scan()
    #expect(try host.writer().known.pools().map(\.name) == ["a", "b"])
    #expect(try host.writer().known.pools().map(\.path) == ["/srv/a", "/srv/b"])
    _ = try host.writer().forgetPool("a", isDryRun: false)
    #expect(try host.writer().known.pools().map(\.name) == ["b"])
    #expect(try host.writer().known.roots().map(\.path) == ["/srv/b"])
    #expect(try host.writer().known.imageCount(ofPool: "/srv/a") == 0)
  }

  @Test func `of a root is known which directory it was`() throws {
    let host = try host()
    try host.scan()
    let roots = try host.writer().known.roots()
    #expect(roots.map(\.name) == ["a", "b"])
    #expect(roots.map(\.filesystem) == ["uuid:1", nil])
    #expect(roots.map(\.inode) == [UInt64.max - 1, nil])
    #expect(roots.map(\.birthTime) == [7, nil])
    host.directories["/srv/a"]?.identity = (12, nil)
    try host.scan()
    #expect(try host.writer().known.roots().map(\.inode) == [12, nil])
    #expect(try host.writer().known.roots().map(\.birthTime) == [nil, nil])
    // Of one that nobody walked it is what it was.
    host.directories["/srv/a"]?.identity = (13, 1)
    try host.scan(.init { $0.unavailable = ["/srv/a"] })
    #expect(try host.writer().known.roots().map(\.inode) == [12, nil])
  }

  @Test func `of a directory are known its files, its links, its file system and its mount`() throws
  {
    let host = try host()
    try host.scan()
    let known = try host.writer().known
    let root = try known.directory("/srv/a")
    #expect(names(root) == ["one"])
    #expect(root.aliases.map { String(decoding: $0, as: UTF8.self) } == ["also", "link"])
    #expect(root.filesystem == "uuid:1" && !root.wasMountPoint)
    let below = try known.directory("/srv/a/sub")
    #expect(names(below) == ["two"] && below.aliases.isEmpty)
    #expect(below.filesystem == "uuid:2" && below.wasMountPoint)
    #expect(try known.directories(ofPool: "/srv/a") == ["/srv/a", "/srv/a/sub"])
    #expect(try known.directories(ofPool: "/srv") == [])
    #expect(try known.imageCount(ofPool: "/srv/a") == 2)
  }

  @Test func `what is gone is not known, and stood there once`() throws {
    let host = try host()
    try host.scan()
    host.removeDirectory("/srv/a/sub")
    host.aliases = [:]
    try host.scan()
    let known = try host.writer().known
    #expect(try known.directory("/srv/a/sub").count == 0)
    #expect(try known.directory("/srv/a/sub").filesystem == nil)
    #expect(try known.directory("/srv/a").aliases == [])
    #expect(try known.directories(ofPool: "/srv/a") == ["/srv/a"])
    #expect(try known.imageCount(ofPool: "/srv/a") == 1)
    for (path, stood) in [
      ("/srv/a/sub/two", true), ("/srv/a/one", true), ("/srv/a/two", false), ("/srv/a/link", false),
      ("/srv/a/sub", false), ("/", false),
    ] as [(PathBytes, Bool)] {
      #expect(try known.everStood(path) == stood, "\(path.displayText)")
    }
  }

  @Test func `names are bytes, in their order and whatever they are`() throws {
    let host = try host()
    let odd: [[UInt8]] = [[0xff, 0x80], [0x0a], Array("ä".utf8), Array("z".utf8), Array("Z".utf8)]
    for name in odd { host.put(PathBytes("/srv/b/".utf8 + name)) }
    try host.scan()
    let known = try host.writer().known.directory("/srv/b")
    let order = (0..<known.count).map { Array(known.name(at: $0)) }
    #expect(
      order == [
        [0x0a], Array("Z".utf8), Array("three".utf8), Array("z".utf8), Array("ä".utf8),
        [0xff, 0x80],
      ])
    for (index, name) in order.enumerated() {
      #expect(known.position(of: name[...]) == index)
    }
    for name in ["", "a", "zz", "three.x"] {
      #expect(known.position(of: Array(name.utf8)[...]) == nil)
    }
    // They are told once more by no scan.
    #expect(try host.scan().scan.counts.unchanged == 8)
  }

  @Test func `machines are known from the files that speak of them, and from what is below`() throws
  {
    let host = try host()
    host.machines = [
      Said.machine("web", [Said.disk("/srv/a/one")]),
      Said.machine(
        "web", [Said.disk("/srv/a/one", document: .live)], isRunning: true),
    ]
    try host.scan()
    let known = try host.writer().known
    for (path, isKnown) in [
      ("/", true), ("/etc", true), ("/etc/libvirt/qemu", true), ("/etc/libvirt/qemu/live", true),
      ("/etc/libvirt/qemu/web.xml", true), ("/etc/libvirt/qemu/live/web.xml", true),
      ("/etc/libvirt/qemu/we", false), ("/etc/libvirt/qem", false), ("/var", false),
      ("/etc/libvirt/qemu/web.xml/x", false),
    ] as [(PathBytes, Bool)] {
      #expect(try known.hasDomains(below: path) == isKnown, "\(path.displayText)")
    }
    host.machines = []
    try host.scan()
    #expect(try !host.writer().known.hasDomains(below: "/"))
  }

  @Test func `a scan that is being written is not known before its end`() throws {
    let host = try host()
    try host.scan()
    let writer = try host.writer()
    try writer.declare([
      DeclaredPool(name: "a", path: "/srv/a"), DeclaredPool(name: "c", path: "/c"),
    ])
    var report = DirectoryReport(
      path: "/c", canonicalPath: "/c", poolPath: "/c", filesystem: "uuid:3")
    report.files = [try ScriptedPool().image("x")]
    try writer.stage([report])
    #expect(try writer.known.pools().map(\.name) == ["a", "b"])
    #expect(try writer.known.directory("/c").count == 0)
  }
}
