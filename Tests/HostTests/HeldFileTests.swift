import Foundation
import Host
import Testing

/// Files that are held: reached over no link of anybody else's, and the same whatever their name means later.
@Suite struct HeldFileTests {
  private func tree() throws -> TemporaryTree {
    let tree = try TemporaryTree()
    try tree.shell(
      """
      mkdir -p real/sub other; printf inside > real/sub/file; printf victim > other/file
      ln -s real pool; ln -s ../other real/linked; ln -s ../../other/file real/sub/link; mkfifo real/fifo
      """)
    return tree
  }

  private func text(_ file: borrowing HeldFile) throws -> String {
    String(decoding: try file.reader().bytes(at: 0, count: 100), as: UTF8.self)
  }

  @Test func `the pool itself may be a link of this user's`() throws {
    let tree = try tree()
    let file = try HeldFile(tree.path("pool/sub/file"), below: tree.path("pool/"), writing: true)
    try file.overwriteFront(with: Array("IN".utf8))
    #expect(try tree.shell("cat real/sub/file") == "INside")
  }

  @Test(arguments: ["real/linked/file", "real/sub/link"])
  func `below the pool no link is followed`(path: String) throws {
    let tree = try tree()
    let fault = #expect(throws: HostFault.self) {
      _ = try HeldFile(tree.path(path), below: tree.path("real"), writing: true)
    }
    #expect(fault?.reason == "the path has a symbolic link, which is not followed here")
  }

  @Test func `without a pool the file itself is still no link`() throws {
    let tree = try tree()
    #expect(
      try text(HeldFile(tree.path("pool/sub/file"), below: nil, writing: false)) == "inside")
    #expect(throws: HostFault.self) {
      _ = try HeldFile(tree.path("pool/sub/link"), below: nil, writing: false)
    }
  }

  @Test(arguments: ["real/fifo", "real/sub", "real/../other/file", "real/sub/..", "real/sub/"])
  func `what is no file below the pool is not opened`(path: String) throws {
    let tree = try tree()
    #expect(throws: HostFault.self) {
      _ = try HeldFile(tree.path(path), below: tree.path("real"), writing: true)
    }
  }

  @Test func `a pool whose name only begins like the directory is none of the file's`() throws {
    let tree = try tree()
    let file = try HeldFile(tree.path("real/linked/file"), below: tree.path("rea"), writing: false)
    #expect(try text(file) == "victim")
  }

  @Test func `a name that is given to another file changes nothing of what is held`() throws {
    let tree = try tree()
    let file = try HeldFile(tree.path("real/sub/file"), below: tree.path("real"), writing: true)
    try tree.shell("mv real/sub real/gone; ln -s ../other real/sub")
    try file.overwriteFront(with: Array("HELD".utf8))
    #expect(try tree.shell("cat other/file real/gone/file") == "victimHELDde")
    #expect(try text(file) == "HELDde")
  }

  @Test func `a program opens what it is passed, and not what has the name by then`() throws {
    let tree = try tree()
    let file = try HeldFile(tree.path("real/sub/file"), below: tree.path("real"), writing: false)
    try tree.shell("rm real/sub/file; ln -s ../../other/file real/sub/file")
    let ran = try ProgramRun(
      running: [Array("cat".utf8), Array(ProgramRun.pathOfPassed.utf8)], passing: file)
    #expect(ran.output == Array("inside".utf8))
    #expect(ran.code == 0)
  }

  @Test(.enabled(if: getuid() == 0, "only root makes links of others"))
  func `a link of somebody else's is not followed on the way to the pool`() throws {
    let tree = try tree()
    try tree.shell("chown -h 12345 pool")
    #expect(throws: HostFault.self) {
      _ = try HeldFile(tree.path("pool/sub/file"), below: tree.path("pool"), writing: true)
    }
  }
}
