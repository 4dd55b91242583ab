import Database
import DiskImage
import Foundation
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing

/// Which image each file is: by the file where the file system tells it, by its content where it was copied, and a new
/// one where nothing says that it is known.
@Suite struct IdentityTableTests {
  /// Two nights, and which image each name has after the second.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let first: @Sendable (ScriptedPool) -> [SeenFile]
    let second: @Sendable (ScriptedPool) -> [SeenFile]
    let gone: [String]
    /// Each name of the second night with the name that its image had in the first, or `new`.
    let images: [String]
    /// Added, removed, moved, changed, replaced.
    let counts: [Int64]

    init(
      _ description: String, _ images: [String], counts: [Int64], gone: [String] = [],
      first: @escaping @Sendable (ScriptedPool) -> [SeenFile] = { [Row.file($0, "a")] },
      second: @escaping @Sendable (ScriptedPool) -> [SeenFile]
    ) {
      testDescription = description
      self.first = first
      self.second = second
      self.gone = gone
      self.images = images
      self.counts = counts
    }

    static func file(
      _ pool: ScriptedPool, _ name: String, _ inode: UInt64 = 500, digest: Int64 = 1,
      _ change: (inout SeenFile) -> Void = { _ in }
    ) -> SeenFile {
      var file = pool.image(name, inode: inode)
      file.header = file.header.map {
        SeenHeader($0.facts, digest: digest, in: ScriptedPool.root)
      }
      (file.modified, file.signature) = (10, Int64(inode))
      change(&file)
      return file
    }
  }

  private func numbers(_ pool: ScriptedPool) throws -> [String: Int64] {
    var numbers: [String: Int64] = [:]
    try pool.view().rows(
      sql: "SELECT CAST(name AS TEXT), image FROM place WHERE until_scan IS NULL"
    ) {
      if case .text(let name) = $0.cells[0], case .integer(let image) = $0.cells[1] {
        numbers[name] = image
      }
    }
    return numbers
  }

  private func check(_ row: Row) throws {
    let pool = try ScriptedPool()
    try pool.scan(row.first(pool))
    let before = try numbers(pool)
    let result = try pool.scan(row.second(pool), gone: row.gone)
    let after = try numbers(pool)
    let names = Dictionary(before.map { ($0.value, $0.key) }) { min($0, $1) }
    let images = after.sorted { $0.key < $1.key }.map { name, image in
      "\(name): \(names[image] ?? "new")"
    }
    #expect(images == row.images)
    let counts = result.scan.counts
    #expect(
      [counts.added, counts.removed, counts.moved, counts.changed, counts.replaced] == row.counts)
    #expect(try Inventory(reading: pool.file).verify() == [])
  }

  @Test(arguments: byFile) func `by the file`(row: Row) throws { try check(row) }

  @Test(arguments: byContent) func `by the content`(row: Row) throws { try check(row) }

  @Test(arguments: ofSeveralNames) func `files of several names`(row: Row) throws {
    try check(row)
  }

  static let byFile: [Row] = [
    Row("as it was", ["a: a"], counts: [0, 0, 0, 0, 0]) { [Row.file($0, "a")] },
    Row("renamed", ["b: a"], counts: [0, 0, 1, 0, 0], gone: ["a"]) { [Row.file($0, "b")] },
    Row("renamed and written to", ["b: a"], counts: [0, 0, 1, 0, 0], gone: ["a"]) {
      [Row.file($0, "b", digest: 2) { $0.modified = 99 }]
    },
    Row(
      "two that changed names", ["a: b", "b: a"], counts: [0, 0, 2, 0, 0],
      first: { [Row.file($0, "a", 500), Row.file($0, "b", 501, digest: 2)] },
      second: { [Row.file($0, "a", 501, digest: 2), Row.file($0, "b", 500)] }),
    Row("another in its place", ["a: new"], counts: [0, 0, 0, 0, 1]) {
      [Row.file($0, "a", 501, digest: 2)]
    },
    Row(
      "another in its place, which moved there", ["a: b"], counts: [0, 1, 1, 0, 0], gone: ["b"],
      first: { [Row.file($0, "a", 500), Row.file($0, "b", 501, digest: 2)] },
      second: { [Row.file($0, "a", 501, digest: 2)] }),
    Row("gone", [], counts: [0, 1, 0, 0, 0], gone: ["a"]) { _ in [] },
    Row("a new one", ["a: a", "b: new"], counts: [1, 0, 0, 0, 0]) {
      [Row.file($0, "b", 501, digest: 2)]
    },
    Row(
      "the number of a file that is gone, with another birth, is another file", ["b: new"],
      counts: [1, 1, 0, 0, 0], gone: ["a"]
    ) {
      [Row.file($0, "b", digest: 2) { $0.birthTime = 501 }]
    },
    Row(
      "without a birth the header has to be the same", ["b: new"], counts: [1, 1, 0, 0, 0],
      gone: ["a"], first: { [Row.file($0, "a") { $0.birthTime = nil }] },
      second: { [Row.file($0, "b", digest: 2) { $0.birthTime = nil }] }),
    Row(
      "without a birth, and the header is the same", ["b: a"], counts: [0, 0, 1, 0, 0],
      gone: ["a"], first: { [Row.file($0, "a") { $0.birthTime = nil }] },
      second: { [Row.file($0, "b") { ($0.birthTime, $0.modified) = (nil, 99) }] }),
  ]

  /// A copy: another number, and what the closure changes.
  private static func copy(
    _ pool: ScriptedPool, _ name: String, _ inode: UInt64 = 700,
    _ change: (inout SeenFile) -> Void = { _ in }
  ) -> SeenFile {
    Row.file(pool, name, inode, change)
  }

  static let byContent: [Row] = [
    Row("a copy put in its place", ["a: a"], counts: [0, 0, 0, 0, 0]) { [copy($0, "a")] },
    Row("a copy put in its place at another time", ["a: new"], counts: [0, 0, 0, 0, 1]) {
      [copy($0, "a") { $0.modified = 99 }]
    },
    Row(
      "the same, and its blocks are others", ["a: new"], counts: [0, 0, 0, 0, 1],
      first: { [Row.file($0, "a") { $0.sample = 3 }] },
      second: { [copy($0, "a") { ($0.modified, $0.sample) = (99, 4) }] }),
    Row("copied with its time and removed", ["b: a"], counts: [0, 0, 1, 0, 0], gone: ["a"]) {
      [copy($0, "b")]
    },
    Row(
      "copied and removed, known by its blocks", ["b: a"], counts: [0, 0, 1, 0, 0], gone: ["a"],
      first: { [Row.file($0, "a") { $0.sample = 3 }] },
      second: { [copy($0, "b") { ($0.modified, $0.sample) = (99, 3) }] }),
    Row(
      "copied and removed, and nothing is known of its blocks", ["b: new"],
      counts: [1, 1, 0, 0, 0], gone: ["a"]
    ) { [copy($0, "b") { $0.modified = 99 }] },
    Row(
      "blocks that are others speak against the time", ["b: new"], counts: [1, 1, 0, 0, 0],
      gone: ["a"], first: { [Row.file($0, "a") { $0.sample = 3 }] },
      second: { [copy($0, "b") { $0.sample = 4 }] }),
    Row("another length", ["b: new"], counts: [1, 1, 0, 0, 0], gone: ["a"]) {
      [copy($0, "b") { $0.fileSize += 512 }]
    },
    Row("another header", ["b: new"], counts: [1, 1, 0, 0, 0], gone: ["a"]) {
      [Row.file($0, "b", 700, digest: 2)]
    },
    Row("copied, and it is still there", ["a: a", "b: new"], counts: [1, 0, 0, 0, 0]) {
      [copy($0, "b")]
    },
    Row(
      "of two that go nobody knows which was copied", ["c: new"], counts: [1, 2, 0, 0, 0],
      gone: ["a", "b"], first: { [Row.file($0, "a", 500), Row.file($0, "b", 501)] },
      second: { [copy($0, "c")] }),
    Row(
      "of two that come nobody knows which is the copy", ["b: new", "c: new"],
      counts: [2, 1, 0, 0, 0], gone: ["a"]
    ) { [copy($0, "b", 700), copy($0, "c", 701)] },
    Row(
      "a twin that stays may be the one that was copied", ["b: b", "c: new"],
      counts: [1, 1, 0, 0, 0], gone: ["a"],
      first: { [Row.file($0, "a", 500), Row.file($0, "b", 501)] }, second: { [copy($0, "c")] }),
    Row(
      "a twin of other blocks is none", ["b: b", "c: a"], counts: [0, 0, 1, 0, 0], gone: ["a"],
      first: {
        [
          Row.file($0, "a", 500) { $0.sample = 3 },
          Row.file($0, "b", 501) { ($0.sample, $0.modified) = (4, 11) },
        ]
      }, second: { [copy($0, "c") { $0.sample = 3 }] }),
    Row(
      "files of no bytes have no content in common", ["b: new"], counts: [1, 1, 0, 0, 0],
      gone: ["a"], first: { [Row.file($0, "a") { $0.fileSize = 0 }] },
      second: { [copy($0, "b") { $0.fileSize = 0 }] }),
  ]

  /// A file that may stand at several paths.
  private static func name(_ pool: ScriptedPool, _ name: String, _ inode: UInt64 = 500) -> SeenFile
  {
    Row.file(pool, name, inode) { ($0.mayStandElsewhere, $0.linkCount) = (true, 2) }
  }

  static let ofSeveralNames: [Row] = [
    Row(
      "both names are one image", ["a: a", "b: a"], counts: [0, 0, 0, 0, 0],
      first: { [name($0, "a"), name($0, "b")] }, second: { [name($0, "a"), name($0, "b")] }),
    Row("another name of one that is known", ["a: a", "b: a"], counts: [0, 0, 0, 1, 0]) {
      [name($0, "a"), name($0, "b")]
    },
    Row(
      "one of them is gone, and the image is not", ["b: a"], counts: [0, 0, 1, 0, 0], gone: ["a"],
      first: { [name($0, "a"), name($0, "b")] }, second: { [Row.file($0, "b")] }),
    Row(
      "both are gone", [], counts: [0, 1, 0, 0, 0], gone: ["a", "b"],
      first: { [name($0, "a"), name($0, "b")] }, second: { _ in [] }),
    Row(
      "one becomes a file of its own", ["a: a", "b: new"], counts: [1, 0, 0, 1, 0],
      first: { [name($0, "a"), name($0, "b")] },
      second: { [Row.file($0, "a"), Row.file($0, "b", 501, digest: 2)] }),
  ]

  // MARK: Three nights

  @Test func `what was away is the same when its file is back, wherever that stands`() throws {
    for name in ["a", "b"] {
      let pool = try ScriptedPool()
      try pool.scan([Row.file(pool, "a")])
      try pool.scan(gone: ["a"])
      try pool.scan([Row.file(pool, name)])
      #expect(try numbers(pool) == [name: 1])
    }
  }

  @Test func `a copy that is put back where it stood is the same, and elsewhere it is a new one`()
    throws
  {
    for (name, image) in [("a", 1), ("b", 2)] as [(String, Int64)] {
      let pool = try ScriptedPool()
      try pool.scan([Row.file(pool, "a")])
      try pool.scan(gone: ["a"])
      try pool.scan([Self.copy(pool, name)])
      #expect(try numbers(pool) == [name: image])
    }
  }

  @Test func `a night that did not look takes nothing for gone`() throws {
    let pool = try ScriptedPool()
    try pool.scan([Row.file(pool, "a")])
    let blind = try pool.scan(state: .unavailable)
    #expect(blind.scan.counts.removed == 0)
    #expect(try numbers(pool) == ["a": 1])
  }
}
