import Foundation
import Host
import Model
import Sighting
import Storage
import Testing

/// Walks over real directories: what is looked at, what is passed over, and what is proved gone.
@Suite struct WalkTests {
  private let tree: TemporaryTree
  private let image = QCOW2Disk().bytes

  init() throws { tree = try TemporaryTree() }

  private func walker() -> Walker { Walker(tree.root) }

  @Test func `every regular file below the root is seen, and every directory told as whole`() throws
  {
    try tree.makeDirectory("a/b")
    for name in ["top.qcow2", "a/one", "a/b/two.raw"] { try tree.write(image, name) }
    let outcome = try walker().run()
    #expect(outcome.files(below: tree.root) == ["a/b/two.raw", "a/one", "top.qcow2"])
    #expect(outcome.whole == [tree.root, tree.path("a"), tree.path("a/b")])
    #expect(outcome.problems.isEmpty && outcome.unseen.isEmpty)
  }

  @Test func `what is no file is passed over`() throws {
    try tree.shell("mkfifo fifo; ln -s /dev/null null; ln -s . self")
    #expect(try walker().run().files(below: tree.root) == [])
  }

  @Test func `an empty directory is whole and holds nothing`() throws {
    let outcome = try walker().run()
    #expect(outcome.reports.count == 1)
    #expect(outcome.whole == [tree.root])
    #expect(
      outcome.reports.first?.identity?.inode
        == (try status(ofPath: tree.root, followingLink: true).inode))
    #expect(outcome.reports.first?.room != nil)
  }

  @Test func `a root that is not there is told as unseen`() throws {
    let outcome = try Walker(tree.path("missing")).run()
    #expect(outcome.reports.isEmpty && outcome.whole.isEmpty)
    #expect(outcome.unseen.keys.map { $0 } == [tree.path("missing")])
    #expect(outcome.unseen.values.first?.hasPrefix("cannot be read: ") == true)
  }

  // MARK: Rules

  @Test func `names and whole directories are passed over where a rule says so`() throws {
    try tree.makeDirectory("keep")
    try tree.makeDirectory("lost+found")
    for name in ["a.iso", "a.qcow2", "keep/b.iso", "keep/b.qcow2", "lost+found/c.qcow2"] {
      try tree.write(image, name)
    }
    var walker = walker()
    walker.rules = WalkRules(excludes: [Glob("*.iso"), Glob("**/lost+found")])
    let outcome = try walker.run()
    #expect(outcome.files(below: tree.root) == ["a.qcow2", "keep/b.qcow2"])
    #expect(!outcome.whole.contains(tree.path("lost+found")))
  }

  @Test func `a known file that a rule passes over is gone`() throws {
    try tree.write(image, "a.iso")
    var walker = walker()
    walker.known[tree.root] = KnownDirectory([("a.iso", 1)])
    walker.rules = WalkRules(excludes: [Glob("*.iso")])
    #expect(try walker.run().gone(below: tree.root) == ["a.iso"])
  }

  @Test func `a directory on another file system is passed over where the walk stays on one`()
    throws
  {
    try tree.write(image, "a.qcow2")
    var walker = walker()
    walker.rootFilesystem = "another"
    #expect(try walker.run().files(below: tree.root) == ["a.qcow2"])
    walker.rules = WalkRules(staysOnOneFileSystem: true)
    let outcome = try walker.run()
    #expect(outcome.reports.isEmpty && outcome.unseen.isEmpty)
  }

  @Test func `a pool on another file system than last time is refused until it is accepted`() throws
  {
    try tree.write(image, "a.qcow2")
    var walker = walker()
    walker.known[tree.root] = KnownDirectory([("a.qcow2", 1)], on: "the one of last time")
    let refused = try walker.run()
    #expect(refused.reports.isEmpty && refused.whole.isEmpty)
    #expect(refused.unseen[tree.root]?.contains("--new-filesystem") == true)
    walker.rules = WalkRules(acceptsNewFileSystems: true)
    #expect(try walker.run().files(below: tree.root) == ["a.qcow2"])
  }

  @Test func `what was a mount point and is none any more is refused`() throws {
    var known = KnownDirectory([])
    known.wasMountPoint = true
    var walker = walker()
    walker.known[tree.root] = known
    #expect(try walker.run().unseen[tree.root]?.contains("is not mounted") == true)
  }

  // MARK: What is known

  @Test func `a file that is as it was is counted and not read again`() throws {
    try tree.write(image, "a.qcow2")
    try tree.write(image, "b.qcow2")
    try tree.age()
    // Times of change cannot be set: the clock has to go on.
    Thread.sleep(forTimeInterval: 2.1)
    let first = try walker().run()
    #expect(first.reports.flatMap(\.files).allSatisfy { $0.signature != 0 })
    var walker = walker()
    walker.known[tree.root] = try KnownDirectory(
      after: #require(first.reports.first { !$0.files.isEmpty }))
    let second = try walker.run()
    #expect(second.files(below: tree.root) == [])
    #expect(second.unchangedCount == 2)
    walker.rereads = true
    let third = try walker.run()
    #expect(third.files(below: tree.root) == ["a.qcow2", "b.qcow2"])
    #expect(Set(third.reports.flatMap(\.files).map(\.knownImage)) == [1, 2])
    // One byte more, and it is not as it was.
    walker.rereads = false
    try tree.shell("printf x >>b.qcow2")
    #expect(try walker.run().files(below: tree.root) == ["b.qcow2"])
  }

  @Test func `a file that was written to just now is read again next time`() throws {
    try tree.write(image, "a.qcow2")
    #expect(try walker().run().file("a.qcow2")?.signature == 0)
  }

  @Test func `names that a whole listing does not show are gone`() throws {
    try tree.write(image, "b.qcow2")
    var walker = walker()
    walker.known[tree.root] = KnownDirectory([("a.qcow2", 1), ("b.qcow2", 1), ("c.qcow2", 1)])
    let outcome = try walker.run()
    #expect(outcome.gone(below: tree.root) == ["a.qcow2", "c.qcow2"])
    #expect(outcome.file("b.qcow2")?.knownImage == 2)
  }

  @Test func `a known file whose name a directory has now is gone`() throws {
    try tree.makeDirectory("a.qcow2")
    var walker = walker()
    walker.known[tree.root] = KnownDirectory([("a.qcow2", 1)])
    #expect(try walker.run().gone(below: tree.root) == ["a.qcow2"])
  }

  @Test func `where one name is asked for nothing is said of the others`() throws {
    try tree.makeDirectory("below")
    for name in ["a.qcow2", "b.qcow2", "below/c.qcow2"] { try tree.write(image, name) }
    var walker = walker()
    walker.known[tree.root] = KnownDirectory([("a.qcow2", 1), ("gone", 1), ("other", 1)])
    walker.onlyName = "a.qcow2"
    let outcome = try walker.run()
    #expect(outcome.files(below: tree.root) == ["a.qcow2"])
    #expect(outcome.gone(below: tree.root) == [])
    walker.onlyName = "gone"
    #expect(try walker.run().gone(below: tree.root) == ["gone"])
  }

  // MARK: Other pools, links, the database

  @Test func `what lies below the root of another pool belongs to that`() throws {
    try tree.makeDirectory("inner/deep")
    for name in ["a", "inner/b", "inner/deep/c"] { try tree.write(image, name) }
    var walker = walker()
    walker.roots = [tree.path("inner")]
    let pools = Dictionary(
      try walker.run().reports.map { ($0.path, $0.poolPath) }, uniquingKeysWith: { one, _ in one })
    #expect(
      pools == [
        tree.root: tree.root, tree.path("inner"): tree.path("inner"),
        tree.path("inner/deep"): tree.path("inner"),
      ])
  }

  @Test func `symbolic links are told with their text and the file to which they lead`() throws {
    try tree.makeDirectory("folder")
    try tree.write(image, "a.qcow2")
    for (name, text) in [
      ("file", "a.qcow2"), ("again", "file"), ("nowhere", "missing"), ("directory", "folder"),
      ("round", "round"),
    ] {
      try tree.link(name, to: text)
    }
    let aliases = try walker().run().reports.flatMap(\.aliases)
    let told = Dictionary(
      uniqueKeysWithValues: aliases.map { alias in
        (
          String(decoding: alias.name, as: UTF8.self),
          "\(String(decoding: alias.linkText, as: UTF8.self)) \(alias.target?.displayText ?? "-")"
        )
      })
    let file = tree.path("a.qcow2").displayText
    #expect(
      told == [
        "file": "a.qcow2 \(file)", "again": "file \(file)", "nowhere": "missing -",
        "directory": "folder -", "round": "round -",
      ])
  }

  @Test func `a link that is the root is followed, and one below it is not`() throws {
    try tree.makeDirectory("real")
    try tree.write(image, "real/a.qcow2")
    try tree.link("way", to: "real")
    let way = try Walker(tree.path("way")).run()
    #expect(way.files(below: tree.path("way")) == ["a.qcow2"])
    #expect(try walker().run().files(below: tree.root) == ["real/a.qcow2"])
  }

  @Test func `the database, what stands beside it and what repairs kept are no images`() throws {
    try tree.makeDirectory("repairs")
    try tree.makeDirectory("backstory-saved")
    let own = [
      "db.sqlite", "db.sqlite-wal", "db.sqlite-shm", "db.sqlite-journal", "db.sqlite.lock",
    ]
    let kept = ["repairs/saved.qcow2", "backstory-saved/header"]
    for name in own + kept + ["db.sqlite2", "a.qcow2"] { try tree.write(image, name) }
    var walker = walker()
    walker.database = tree.path("db.sqlite")
    #expect(try walker.run().files(below: tree.root) == ["a.qcow2", "db.sqlite2"])
    // Without that database a folder of that name is one as any other, but for what scripts keep.
    walker.database = "/nowhere/db.sqlite"
    #expect(try walker.run().files(below: tree.root).contains("repairs/saved.qcow2"))
    #expect(try !walker.run().files(below: tree.root).contains("backstory-saved/header"))
  }

  @Test func `a database is known by the path where it really is, too`() throws {
    try tree.makeDirectory("pool")
    try tree.makeDirectory("state")
    try tree.write(image, "pool/db.sqlite")
    try tree.link("state/db.sqlite", to: "../pool/db.sqlite")
    var walker = walker()
    walker.database = tree.path("state/db.sqlite")
    #expect(try walker.run().files(below: tree.root) == [])
  }
}
