import Foundation
import Host
import Model
import Sighting
import Testing

@testable import Storage

/// What a walk makes of one name, by what stands there and by what is known of it.
@Suite struct EntryTableTests {
  private let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  /// What stands at the name `a`.
  enum Entry: String, CaseIterable {
    case nothing, file, empty, directory, link, danglingLink, linkToDirectory, linkToDevice, fifo
    case socket

    var script: String {
      switch self {
      case .nothing: ":"
      case .file: "printf x >a"
      case .empty: ": >a"
      case .directory: "mkdir a"
      case .link: "mkdir other; printf x >other/file; ln -s other/file a"
      case .danglingLink: "ln -s nowhere a"
      case .linkToDirectory: "mkdir other; ln -s other a"
      case .linkToDevice: "ln -s /dev/null a"
      case .fifo: "mkfifo a"
      case .socket: "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('a')\""
      }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let entry: Entry
    /// Whether the name is known as an image's.
    let isKnown: Bool
    /// Whether the scan is asked for that name alone.
    let isAsked: Bool
    /// `file`, `alias`, `gone`: what the walk says of the name.
    let said: [String]

    init(_ entry: Entry, known isKnown: Bool, asked isAsked: Bool = false, _ said: String...) {
      (self.entry, self.isKnown, self.isAsked, self.said) = (entry, isKnown, isAsked, said)
    }

    var testDescription: String {
      "\(entry.rawValue)\(isKnown ? ", known" : "")\(isAsked ? ", asked for" : "")"
    }
  }

  static let rows: [Row] = [
    Row(.nothing, known: false), Row(.nothing, known: true, "gone"),
    Row(.nothing, known: true, asked: true, "gone"),
    Row(.file, known: false, "file"), Row(.file, known: true, "file"),
    Row(.file, known: true, asked: true, "file"), Row(.empty, known: false, "file"),
    Row(.empty, known: true, "file"),
    Row(.directory, known: false), Row(.directory, known: true, "gone"),
    Row(.directory, known: true, asked: true, "gone"),
    Row(.link, known: false, "alias"), Row(.link, known: true, "alias", "gone"),
    Row(.danglingLink, known: false, "alias"), Row(.danglingLink, known: true, "alias", "gone"),
    Row(.linkToDirectory, known: false, "alias"),
    Row(.linkToDirectory, known: true, "alias", "gone"),
    // A device for characters is none that holds an image.
    Row(.linkToDevice, known: false, "alias"), Row(.linkToDevice, known: true, "alias", "gone"),
    Row(.linkToDevice, known: true, asked: true, "alias", "gone"),
    Row(.fifo, known: false), Row(.fifo, known: true, "gone"), Row(.socket, known: false),
    Row(.socket, known: true, "gone"),
  ]

  @Test(arguments: rows) func `a name is what stands there`(row: Row) throws {
    try tree.shell(row.entry.script)
    var walker = Walker(tree.root)
    walker.onlyName = row.isAsked ? "a" : nil
    if row.isKnown { walker.known[tree.root] = KnownDirectory([("a", 1)]) }
    let reports = try walker.run().reports.filter { $0.path == tree.root }
    let name = Array("a".utf8)
    var said: [String] = []
    if reports.contains(where: { $0.files.contains { $0.name == name } }) { said.append("file") }
    if reports.contains(where: { $0.aliases.contains { $0.name == name } }) {
      said.append("alias")
    }
    if reports.contains(where: { $0.goneNames.contains(name) }) { said.append("gone") }
    #expect(said == row.said)
    #expect(reports.allSatisfy { $0.problems.isEmpty })
  }

  @Test
  func `every name that can be is a name: of any bytes, of a line's end, of the greatest length`()
    throws
  {
    let names: [[UInt8]] = [
      [0xff, 0xfe], Array("a\nb".utf8), Array(" ".utf8), Array("-rf".utf8), Array("'\"\\".utf8),
      Array(repeating: UInt8(ascii: "x"), count: 255), Array("ä€".utf8), Array("...".utf8),
    ]
    for name in names {
      let octal = name.map { "\\0" + String($0, radix: 8) }.joined()
      try tree.shell(": >./\"$(printf '%b' '\(octal)')\"")
    }
    let seen = try Walker(tree.root).run().reports.flatMap(\.files).map(\.name)
    #expect(Set(seen) == Set(names) && seen.count == names.count)
  }

  @Test func `files of a directory are read in the order of their numbers, each once`() throws {
    for number in 0..<40 { try tree.write([1], "f\(number)") }
    let files = try Walker(tree.root).run().reports.flatMap(\.files)
    #expect(files.count == 40)
    #expect(Set(files.map(\.name)).count == 40)
    let numbers = try Walker(tree.root).run().reports.filter { !$0.files.isEmpty }
      .map { $0.files.map(\.inode) }
    for part in numbers { #expect(part == part.sorted()) }
  }

  @Test
  func `a link that is gone is told, and one that is asked for by name says nothing of others`()
    throws
  {
    try tree.link("here", to: "x")
    var known = KnownDirectory([])
    known.aliases = ["gone", "here"].map { Array($0.utf8) }
    var walker = Walker(tree.root)
    walker.known[tree.root] = known
    #expect(
      try walker.run().reports.flatMap(\.goneAliases).map { String(decoding: $0, as: UTF8.self) }
        == ["gone"])
    walker.onlyName = "here"
    #expect(try walker.run().reports.flatMap(\.goneAliases).isEmpty)
  }

  // MARK: Directories

  @Test func `a directory belongs to the innermost pool, and knows on which file system it began`()
  {
    let root = DirectoryTask(
      path: "/p", canonicalPath: "/real/p", poolPath: "/p", rootFilesystem: nil,
      parentFilesystem: nil, onlyName: nil)
    #expect(root.isRoot)
    let inner = root.child(Array("in".utf8)[...], filesystem: "a", roots: ["/p", "/p/in"])
    #expect(inner.path == "/p/in" && inner.canonicalPath == "/real/p/in")
    #expect(inner.poolPath == "/p/in" && inner.rootFilesystem == "a" && !inner.isRoot)
    let deep = inner.child(Array("x".utf8)[...], filesystem: "b", roots: ["/p", "/p/in"])
    #expect(deep.poolPath == "/p/in")
    // Where the pool's root is counts, and not where the directory above is.
    #expect(deep.rootFilesystem == "a" && deep.parentFilesystem == "b")
  }

  @Test(arguments: [
    ("/p/backstory-saved", true), ("/p/backstory-saved/x", false), ("/p/backstory-saved2", false),
    ("/p/Backstory-saved", false),
  ])
  func `what scripts keep is known by the name of its folder`(path: String, isTheirs: Bool) {
    #expect(OwnFiles.isOfScripts(PathBytes(path.utf8)) == isTheirs)
  }

  @Test func `a database's own names are those in its directory, and in no other`() throws {
    try tree.makeDirectory("db/repairs")
    try tree.makeDirectory("other/repairs")
    let own = try OwnFiles(of: tree.path("db/b.sqlite"))
    func folder(_ name: String) throws -> FileStatus {
      try status(ofPath: tree.path(name), followingLink: true)
    }
    #expect(
      try own.names(in: folder("db")).map { String(decoding: $0, as: UTF8.self) }.sorted() == [
        "b.sqlite", "b.sqlite-journal", "b.sqlite-shm", "b.sqlite-wal", "b.sqlite.lock",
      ])
    #expect(try own.names(in: folder("other")).isEmpty)
    #expect(try own.isHidden(folder("db/repairs")) && !own.isHidden(folder("other/repairs")))
  }
}
