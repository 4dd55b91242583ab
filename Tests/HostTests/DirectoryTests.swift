import Foundation
import Host
import Model
import Testing

@Suite struct DirectoryTests {
  private func kinds(_ tree: TemporaryTree) throws -> [String: FileKind?] {
    let directory = try Directory(opening: tree.root, followingLink: false)
    let pairs = try directory.entries().map {
      (String(decoding: $0.nameBytes, as: UTF8.self), $0.kind)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  @Test func `a listing has every name but . and .. with its kind`() throws {
    let tree = try TemporaryTree()
    try tree.shell(
      """
      touch file; mkdir directory; ln -s nowhere link; mkfifo pipe
      perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("socket"))'
      """)
    #expect(
      try kinds(tree) == [
        "file": .regular, "directory": .directory, "link": .symbolicLink, "pipe": .other,
        "socket": .other,
      ])
  }

  @Test func `kind and inode in a listing are those of the status`() throws {
    let tree = try TemporaryTree()
    try tree.shell("touch file; mkdir directory; ln -s file link; mkfifo pipe")
    let directory = try Directory(opening: tree.root, followingLink: false)
    for entry in try directory.entries() {
      let status = try directory.status(of: entry)
      #expect(status.kind == entry.kind)
      #expect(status.inode == entry.inode)
    }
  }

  @Test func `names are bytes: newlines and what is not UTF-8 come as they are`() throws {
    let tree = try TemporaryTree()
    try tree.shell(#"touch "$(printf 'a\nb')" "$(printf 'c\377d')" "$(printf '\\.')""#)
    let directory = try Directory(opening: tree.root, followingLink: false)
    let names = try Set(directory.entries().map { Array($0.nameBytes) })
    #expect(names == [[97, 10, 98], [99, 255, 100], [92, 46]])
    #expect(try directory.status(of: [99, 255, 100] as [UInt8]).kind == .regular)
  }

  @Test func `an empty directory has no entries`() throws {
    let tree = try TemporaryTree()
    let entries = try Directory(opening: tree.root, followingLink: false).entries()
    #expect(entries.isEmpty)
    #expect(entries.fault == nil)
  }

  @Test func `a directory of 20,000 names is listed whole, each time`() throws {
    let tree = try TemporaryTree()
    try tree.shell("seq -f 'a-name-of-some-length-%05g' 1 20000 | xargs touch")
    let directory = try Directory(opening: tree.root, followingLink: false)
    for _ in 1...2 {
      let entries = try directory.entries()
      #expect(entries.count == 20000)
      #expect(Set(entries.map(\.nameBytes)).count == 20000)
      #expect(entries.allSatisfy { $0.nameBytes.count == 27 && $0.kind == .regular })
    }
  }

  @Test func `a symbolic link is opened only when it is asked to be followed`() throws {
    let tree = try TemporaryTree()
    try tree.shell("mkdir real; touch real/inside; ln -s real link; ln -s loop loop")
    let link = tree.path("link")
    let fault = HostFault(operation: "open", path: link, code: ENOTDIR)
    #expect(throws: fault) { try Directory(opening: link, followingLink: false) }
    #expect(try Directory(opening: link, followingLink: true).entries().count == 1)
    let loop = HostFault(operation: "open", path: tree.path("loop"), code: ELOOP)
    #expect(throws: loop) { try Directory(opening: tree.path("loop"), followingLink: true) }
  }

  @Test func `a directory opened in another one knows its path, and follows no link`() throws {
    let tree = try TemporaryTree()
    try tree.shell("mkdir real; ln -s real link")
    let parent = try Directory(opening: tree.root, followingLink: false)
    #expect(try Directory(opening: Array("real".utf8), in: parent).path == tree.path("real"))
    #expect(throws: HostFault(operation: "open", path: tree.path("link"), code: ENOTDIR)) {
      try Directory(opening: Array("link".utf8), in: parent)
    }
  }

  @Test func `what is missing is missing`() throws {
    let tree = try TemporaryTree()
    let fault = #expect(throws: HostFault.self) {
      try Directory(opening: tree.path("a/b"), followingLink: true)
    }
    #expect(fault?.isMissing == true)
    #expect(fault?.reason == "no such file or directory")
  }

  @Test func `a status is what the file was given`() throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 12345 > file; ln file other; chmod 640 file; touch -d @86400.25 file")
    let before = Clock.now()
    let directory = try Directory(opening: tree.root, followingLink: false)
    let status = try directory.status(of: Array("file".utf8))
    #expect(status.size == 5)
    #expect(status.linkCount == 2)
    #expect(status.mode & 0o7777 == 0o640)
    #expect(status.modified == 86_400_250_000_000)
    #expect(abs(before - status.changed) < 60_000_000_000)
    #expect(try status == directory.status(of: Array("other".utf8)))
    #expect(try status.device == directory.status().device)
  }

  @Test func `link texts are given as stored, and only of links`() throws {
    let tree = try TemporaryTree()
    try tree.shell(
      #"ln -s "$(printf '../x\377')" link; touch file; ln -s "$(printf '%04095d' 7)" long"#)
    let directory = try Directory(opening: tree.root, followingLink: false)
    #expect(try directory.linkText(of: Array("link".utf8)) == [46, 46, 47, 120, 255])
    #expect(try directory.linkText(of: Array("long".utf8)).count == 4095)
    #expect(throws: HostFault(operation: "read link", path: tree.path("file"), code: EINVAL)) {
      try directory.linkText(of: Array("file".utf8))
    }
  }

  @Test(arguments: [[97, 47, 98], [97, 0]] as [[UInt8]])
  func `what cannot be a name is refused`(name: [UInt8]) throws {
    let tree = try TemporaryTree()
    try tree.shell("mkdir a; touch a/b")
    let directory = try Directory(opening: tree.root, followingLink: false)
    #expect(throws: HostFault(operation: "stat", path: tree.root.appending(name), code: EINVAL)) {
      try directory.status(of: name)
    }
  }

  @Test func `listing and opening leave the access times alone`() throws {
    let tree = try TemporaryTree()
    try tree.shell("mkdir d; echo text > d/file; touch -a -d @1000 d/file d")
    let directory = try Directory(opening: tree.path("d"), followingLink: false)
    _ = try directory.entries()
    let file = try directory.openFile(Array("file".utf8))
    #expect(try file.bytes(at: 0, count: 4) == [116, 101, 120, 116])
    #expect(try tree.shell("stat -c %X d d/file") == "1000\n1000\n")
  }
}
