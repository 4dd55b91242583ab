import Host
import Model
import Sighting
import Testing

@testable import Storage

/// What the host says of paths that lead out of what a scan has seen; what cannot be asked is never taken for "not
/// there".
@Suite struct PathProbeTests {
  private let tree: TemporaryTree

  init() throws {
    tree = try TemporaryTree()
    try tree.makeDirectory("pool/sub")
    try tree.write([1], "pool/a")
    try tree.write([1], "pool/sub/b")
    for (name, text) in [
      ("pool/link", "a"), ("pool/lost", "missing"), ("pool/round", "round"), ("way", "pool/sub"),
    ] {
      try tree.link(name, to: text)
    }
    try tree.shell("mkfifo pool/fifo")
  }

  private func probe(_ outlooks: [PoolOutlook] = []) throws -> PathProbe {
    PathProbe(filesystems: FileSystemIdentity(mounts: try MountTable.current()), outlooks: outlooks)
  }

  private func presence(_ name: String, _ probe: PathProbe) -> String {
    switch probe.oracle.presence(tree.path(name)) {
    case .unseen: "unseen"
    case .failed(let reason): "failed \(reason)"
    case .missing: "missing"
    case .present(let path, let isReadable): "\(isReadable ? "file" : "unreadable") \(inTree(path))"
    case .directory(let path): "directory \(inTree(path))"
    }
  }

  private func landing(_ name: String, _ probe: PathProbe) -> String {
    switch probe.oracle.landing(tree.path(name)) {
    case .unseen: "unseen"
    case .failed(let reason): "failed \(reason)"
    case .missing(let path): "missing \(inTree(path))"
    case .real(let path): inTree(path)
    }
  }

  private func inTree(_ path: PathBytes) -> String {
    String(decoding: path.bytes.dropFirst(tree.root.bytes.count + 1), as: UTF8.self)
  }

  @Test func `a path is what stands at its end, links followed`() throws {
    let probe = try probe()
    let said = [
      "pool/a", "pool/link", "way/b", "way/../a", "pool", "way", "pool/fifo", "pool/lost",
      "pool/missing", "pool/a/below", "missing/a",
    ].map { presence($0, probe) }
    #expect(
      said == [
        "file pool/a", "file pool/a", "file pool/sub/b", "file pool/a", "directory pool",
        "directory pool/sub", "unreadable pool/fifo", "missing", "missing", "missing", "missing",
      ])
  }

  @Test func `links that go round, and names that are too long, say nothing or lead nowhere`()
    throws
  {
    let probe = try probe()
    let long = "pool/" + String(repeating: "n", count: 300)
    for name in ["pool/round", long] {
      #expect(["missing", "unseen"].contains(presence(name, probe)), "\(name)")
    }
  }

  @Test func `a directory lands where it really is`() throws {
    let probe = try probe()
    #expect(landing("way", probe) == "pool/sub")
    #expect(landing("pool", probe) == "pool")
    #expect(landing("pool/missing", probe) == "missing pool/missing")
  }

  @Test func `a directory that is gone would be where its path really leads`() throws {
    let probe = try probe()
    #expect(landing("way/../gone/deep", probe) == "missing pool/gone/deep")
    #expect(landing("pool/../way/gone", probe) == "missing pool/sub/gone")
  }

  @Test func `what could not be seen hides all that lies in it, by every path`() throws {
    var probe = try probe()
    probe.add(unseen: tree.path("pool/sub"))
    let said = ["pool/sub", "pool/sub/b", "pool/sub/deep/er", "way/b", "pool/a"].map {
      presence($0, probe)
    }
    #expect(said == ["unseen", "unseen", "unseen", "unseen", "file pool/a"])
    #expect(landing("way", probe) == "unseen")
    #expect(probe.isUnseen(tree.path("pool/sub/b")) && !probe.isUnseen(tree.path("pool/subway")))
  }

  @Test func `a directory that is gone and could not be seen is unseen, by a link to it as well`()
    throws
  {
    try tree.link("stale", to: "mount/images")
    var probe = try probe()
    probe.add(unseen: tree.path("mount"))
    #expect(presence("mount/images/a", probe) == "unseen")
    #expect(presence("stale/a", probe) == "unseen")
    #expect(presence("elsewhere/a", probe) == "missing")
  }

  @Test func `a file that could not be looked at hides itself alone`() throws {
    var probe = try probe()
    probe.add(unseen: tree.path("way/b"), really: tree.path("pool/sub/b"))
    #expect(
      ["way/b", "pool/sub/b", "pool/sub"].map { presence($0, probe) } == [
        "unseen", "unseen", "directory pool/sub",
      ])
  }

  @Test func `a machine's path means the first of a pool's directories that has it`() throws {
    try tree.makeDirectory("second")
    try tree.write([1], "second/c")
    let probe = try probe([
      PoolOutlook(path: "/vmfs/one", directories: [tree.path("pool"), tree.path("second")])
    ])
    func presence(_ path: PathBytes) -> String {
      switch probe.oracle.presence(path) {
      case .present(let real, _): inTree(real)
      case .directory(let real): "directory \(inTree(real))"
      case .missing: "missing"
      case .unseen, .failed: "unknown"
      }
    }
    #expect(presence("/vmfs/one/a") == "pool/a")
    #expect(presence("/vmfs/one/c") == "second/c")
    #expect(presence("/vmfs/one/d") == "missing")
    #expect(presence("/vmfs/one") == "directory pool")
    #expect(presence("/vmfs/oneself") == "missing")
  }

  @Test func `of two paths that machines name the longer one counts`() throws {
    let probe = try probe([
      PoolOutlook(path: "/m", directories: [tree.path("missing")]),
      PoolOutlook(path: "/m/pool", directories: [tree.path("pool")]),
    ])
    guard case .present(let real, _) = probe.oracle.presence("/m/pool/a") else {
      Issue.record("it is there")
      return
    }
    #expect(inTree(real) == "pool/a")
  }

  @Test func `the file system above a path is that of the nearest directory that is there`() throws
  {
    let oracle = try probe().oracle
    let here = oracle.filesystemAbove(tree.path("pool/a"))
    #expect(here != nil)
    #expect(oracle.filesystemAbove(tree.path("gone/and/gone/a")) == here)
    #expect(oracle.filesystemAbove("/proc/nothing") != here)
  }

  @Test func `a file is known by its file system and its number there`() throws {
    let oracle = try probe().oracle
    let inode = try status(ofPath: tree.path("pool/a"), followingLink: false).inode
    let file = oracle.file(tree.path("pool/a"))
    #expect(file?.inode == inode)
    #expect(file?.filesystem == oracle.filesystemAbove(tree.path("pool/a")))
    for name in ["pool", "pool/link", "pool/fifo", "pool/missing"] {
      #expect(oracle.file(tree.path(name)) == nil, "\(name)")
    }
  }
}
