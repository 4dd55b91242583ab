import Foundation
import Host
import Model
import Testing

/// What an unprivileged user meets. Each test gives up root's rights in a process of its own.
@Suite(.enabled(if: getuid() == 0, "only root can become somebody else"))
struct PermissionTests {
  private func tree() throws -> TemporaryTree {
    let tree = try TemporaryTree()
    try tree.shell(
      """
      chmod 755 .; printf text > open; chmod 644 open; printf text > closed; chmod 600 closed
      mkdir shut; touch shut/inside; chmod 700 shut
      """)
    return tree
  }

  @Test func `a file of somebody else is read, though its access time cannot be spared`()
    async throws
  {
    let tree = try tree()
    await #expect(processExitsWith: .success) { [bytes = tree.root.bytes as [UInt8]] in
      let root = PathBytes(bytes)
      try #require(setuid(65534) == 0)
      let directory = try Directory(opening: root, followingLink: false)
      try #require(directory.entries().count == 3)
      let file = try directory.openFile(Array("open".utf8))
      try #require(file.bytes(at: 0, count: 4) == Array("text".utf8))
      let isOpen = try isReadable(root.appending("open".utf8))
      try #require(isOpen)
    }
  }

  @Test func `what may not be read is a fault of permission, and its status is known`() async throws
  {
    let tree = try tree()
    await #expect(processExitsWith: .success) { [bytes = tree.root.bytes as [UInt8]] in
      let root = PathBytes(bytes)
      try #require(setuid(65534) == 0)
      let closed = root.appending("closed".utf8)
      let isClosed = try !isReadable(closed)
      try #require(isClosed)
      try #require(status(ofPath: closed, followingLink: false).size == 4)
      let file = #expect(throws: HostFault.self) { _ = try OpenFile(opening: closed) }
      try #require(file?.isPermission == true && file?.reason == "permission denied")
      let shut = #expect(throws: HostFault.self) {
        _ = try Directory(opening: root.appending("shut".utf8), followingLink: false)
      }
      try #require(shut?.isPermission == true && shut?.isMissing == false)
    }
  }
}
