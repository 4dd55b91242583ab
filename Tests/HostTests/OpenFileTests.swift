import DiskImage
import Foundation
import Host
import Model
import Testing

@Suite struct OpenFileTests {
  @Test func `bytes are read at offsets, and fewer only at the end`() throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 0123456789 > file")
    let file = try OpenFile(opening: tree.path("file"))
    #expect(file.byteCount == 10)
    #expect(try file.bytes(at: 3, count: 4) == Array("3456".utf8))
    #expect(try file.bytes(at: 8, count: 4096) == Array("89".utf8))
    #expect(try file.bytes(at: 10, count: 1) == [])
  }

  @Test(arguments: [(4, "0123"), (10, "0123456789"), (4096, "0123456789"), (0, ""), (-1, "")])
  func `the first bytes are read with opening`(count: Int, first: String) throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 0123456789 > file")
    let directory = try Directory(opening: tree.path(""), followingLink: false)
    var head = Array("of a file before it".utf8)
    let file = try directory.openFile(Array("file".utf8), reading: count, into: &head)
    #expect(head == Array(first.utf8))
    #expect(file.openedStatus.size == 10)
  }

  @Test func `bytes are read into an array that held others`() throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 0123456789 > file")
    let file = try OpenFile(opening: tree.path("file"))
    var bytes = Array("more than that".utf8)
    for (count, offset, expected) in [
      (4, 3, "3456"), (4096, 8, "89"), (1, 10, ""), (0, 0, ""), (-1, 0, ""),
    ] {
      try file.read(count, at: UInt64(offset), into: &bytes)
      #expect(bytes == Array(expected.utf8))
    }
    try tree.shell("truncate -s 4 file")
    try file.read(100, into: &bytes)
    #expect(bytes == Array("0123".utf8))
  }

  @Test(
    arguments: [(0, 0), (0, -1), (0, Int.min), (UInt64.max, 1), (1 << 63, 10), (11, .max)]
      as [(UInt64, Int)])
  func `a read of nothing, or past the end, gives nothing`(offset: UInt64, count: Int) throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 0123456789 > file")
    let file = try OpenFile(opening: tree.path("file"))
    #expect(try file.bytes(at: offset, count: count) == [])
  }

  @Test func `a file as long as Linux allows is read at its very end, and never whole`() throws {
    let tree = try TemporaryTree(in: "/dev/shm")
    try tree.shell("truncate -s 9223372036854771712 file")  // 8 EiB - 4 KiB
    let file = try OpenFile(opening: tree.path("file"))
    #expect(file.byteCount == 9_223_372_036_854_771_712)
    #expect(try file.bytes(at: 9_223_372_036_854_771_708, count: 100) == [0, 0, 0, 0])
    #expect(throws: ReadFault(code: ENOMEM)) { try file.bytes(at: 0, count: .max) }
    #expect(try file.firstDataRange(after: 0) == nil)
  }

  @Test func `a file that became shorter gives fewer bytes, one that grew gives no more`() throws {
    let tree = try TemporaryTree()
    try tree.shell("printf 0123456789 > file")
    let file = try OpenFile(opening: tree.path("file"))
    try tree.shell("printf abc >> file")
    #expect(try file.bytes(at: 8, count: 100) == Array("89".utf8))
    #expect(try file.status().size == 13)
    try tree.shell("truncate -s 4 file")
    #expect(try file.bytes(at: 0, count: 100) == Array("0123".utf8))
    #expect(file.openedStatus.size == 10)
  }

  @Test func `data ranges skip the holes`() throws {
    let tree = try TemporaryTree()
    try tree.shell(
      "truncate -s 1M file; printf data | dd of=file bs=1 seek=262144 conv=notrunc 2>&1")
    let file = try OpenFile(opening: tree.path("file"))
    #expect(try file.firstDataRange(after: 0) == 262144..<266240)
    #expect(try file.firstDataRange(after: 263000) == 263000..<266240)
    #expect(try file.firstDataRange(after: 266240) == nil)
    #expect(try file.firstDataRange(after: 1 << 20) == nil)
    #expect(try file.firstDataRange(after: .max) == nil)
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["pipe", "socket", "directory", "/dev/zero", "/dev/tty"])
  func `what is not a regular file is refused without waiting`(name: String) throws {
    let tree = try TemporaryTree()
    try tree.shell(
      """
      mkfifo pipe; mkdir directory
      perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("socket"))'
      """)
    let path = name.hasPrefix("/") ? PathBytes(name) : tree.path(name)
    let fault = #expect(throws: HostFault.self) { _ = try OpenFile(opening: path) }
    #expect(fault?.isNotRegular == true)
    #expect(fault?.reason == "not a regular file")
  }

  @Test func `a FIFO's writer never sees a reader come`() throws {
    let tree = try TemporaryTree()
    try tree.shell("mkfifo pipe")
    let directory = try Directory(opening: tree.root, followingLink: false)
    let (writer, _) = try Child.start(
      "exec timeout -s KILL 1 sh -c 'echo x > pipe'", in: tree.rootText)
    for entry in try directory.entries() {
      while writer.isRunning {
        #expect(throws: HostFault.self) { _ = try directory.openFile(entry) }
      }
    }
    writer.waitUntilExit()
    #expect(writer.terminationStatus == SIGKILL)  // still waiting when its time was up
  }

  @Test func `a name in a directory is never followed, a path is`() throws {
    let tree = try TemporaryTree()
    try tree.shell("printf text > file; ln -s file link; ln -s loop loop")
    let directory = try Directory(opening: tree.root, followingLink: false)
    let fault = #expect(throws: HostFault.self) {
      _ = try directory.openFile(Array("link".utf8))
    }
    #expect(fault?.isNotRegular == true)
    #expect(try OpenFile(opening: tree.path("link")).byteCount == 4)
    #expect(throws: HostFault(operation: "open", path: tree.path("loop"), code: ELOOP)) {
      _ = try OpenFile(opening: tree.path("loop"))
    }
  }

  @Test func `a file that was swapped for a link after the listing is not followed`() throws {
    let tree = try TemporaryTree()
    try tree.shell("touch file; echo secret > other")
    let directory = try Directory(opening: tree.root, followingLink: false)
    let listed = try directory.entries().first { $0.nameBytes.elementsEqual("file".utf8) }
    let entry = try #require(listed)
    try tree.shell("rm file; ln -s other file")
    #expect(throws: HostFault(operation: "open", path: tree.path("file"), code: ELOOP)) {
      _ = try directory.openFile(entry)
    }
  }

  @Test(.enabled(if: try isReadable("/dev/loop0"), "/dev/loop0 may not be read"))
  func `a block device is opened only when it is asked for`() throws {
    let device: PathBytes = "/dev/loop0"
    let fault = #expect(throws: HostFault.self) { _ = try OpenFile(opening: device) }
    #expect(fault?.isNotRegular == true)
    let file = try OpenFile(opening: device, allowingBlockDevice: true)
    #expect(file.openedStatus.kind == .blockDevice)
    #expect(file.openedStatus.deviceItself == 7 << 32)
  }
}
