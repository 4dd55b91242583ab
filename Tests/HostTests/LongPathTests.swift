import Foundation
import Host
import Model
import Testing

/// Paths longer than one system call takes.
@Suite struct LongPathTests {
  /// A tree 6,000 bytes deep (70 directories of 90 bytes) with a file `end` at its bottom.
  private func deepTree() throws -> (TemporaryTree, bottom: PathBytes) {
    let tree = try TemporaryTree()
    let name = String(repeating: "n", count: 89)
    try tree.shell(
      """
      i=0; while [ $i -lt 70 ]; do mkdir \(name); cd -P \(name); i=$((i + 1)); done
      printf deep > end; ln -s end link
      """)
    return (tree, tree.path(String(repeating: "\(name)/", count: 69) + name))
  }

  private func end(_ bottom: PathBytes) -> PathBytes { bottom.appending("end".utf8) }

  @Test func `a path of 6,000 bytes is opened, asked and read`() throws {
    let (tree, bottom) = try deepTree()
    #expect(bottom.bytes.count > 6000)
    let directory = try Directory(opening: bottom, followingLink: false)
    #expect(try directory.entries().count == 2)
    #expect(try OpenFile(opening: end(bottom)).bytes(at: 0, count: 9) == Array("deep".utf8))
    #expect(try status(ofPath: end(bottom), followingLink: false).size == 4)
    #expect(try isReadable(end(bottom)))
    #expect(
      try Directory(opening: PathBytes(bottom.bytes + [47, 47, 47]), followingLink: false)
        .status().kind
        == .directory)
    withExtendedLifetime(tree) {}
  }

  @Test func `a path of 6,000 bytes has its canonical form`() throws {
    let (tree, bottom) = try deepTree()
    #expect(
      try canonicalPath(
        bottom.appending("./../\(String(repeating: "n", count: 89))/link".utf8))
        == end(bottom))
    withExtendedLifetime(tree) {}
  }

  @Test func `what is missing at the end of a path of 6,000 bytes is missing`() throws {
    let (tree, bottom) = try deepTree()
    let path = bottom.appending("no".utf8)
    #expect(throws: HostFault(operation: "stat", path: path, code: ENOENT)) {
      try status(ofPath: path, followingLink: false)
    }
    withExtendedLifetime(tree) {}
  }

  @Test func `a component that no file system takes is a fault`() throws {
    let path = PathBytes(String(repeating: "x", count: 5000))
    #expect(throws: HostFault(operation: "stat", path: path, code: ENAMETOOLONG)) {
      try status(ofPath: path, followingLink: false)
    }
  }

  @Test func `64 descriptors are enough for a path of 70 components, again and again`() async throws
  {
    let (tree, bottom) = try deepTree()
    await #expect(processExitsWith: .success) { [bytes = bottom.bytes as [UInt8]] in
      let bottom = PathBytes(bytes)
      var limit = rlimit(rlim_cur: 64, rlim_max: 64)
      try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      for _ in 1...200 {
        try #require(canonicalPath(bottom) == bottom)
        try #require(Directory(opening: bottom, followingLink: false).entries().count == 2)
      }
    }
    withExtendedLifetime(tree) {}
  }
}
