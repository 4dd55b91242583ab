import Host
import Model
import Sighting
import Storage
import Testing

/// What the deletion of a file would free.
@Suite struct BlockSharingTests {
  private let tree: TemporaryTree
  private let chain: Chain

  init() throws {
    tree = try TemporaryTree()
    chain = try Chain(tree)
  }

  private func measure(_ files: [BaseFile], stop: () -> Bool = { false }) throws -> [Int64:
    OwnBlocks]
  {
    let filesystems = FileSystemIdentity(mounts: try MountTable.current())
    return BlockSharing(filesystems: filesystems).measure(
      files.enumerated().map { FileToMeasure(image: Int64($0.offset), file: $0.element) },
      stop: stop)
  }

  @Test func `a file says how many names it has, and frees no more than it holds`() throws {
    try tree.write([UInt8](repeating: 1, count: 100_000), "a")
    try tree.shell("ln a b")
    let found = try measure([try chain.file("a")])
    #expect(found[0]?.names == 2)
    let allocated = Int64(try status(ofPath: tree.path("a"), followingLink: false).allocated)
    if let bytes = found[0]?.bytes { #expect((0...allocated).contains(Int64(bytes))) }
  }

  @Test func `another file, another file system and none have nothing`() throws {
    try tree.write([1], "a")
    let known = try chain.file("a")
    let elsewhere = BaseFile(path: known.path, inode: known.inode, filesystem: "another")
    let missing = BaseFile(path: tree.path("missing"), inode: 1, filesystem: known.filesystem)
    let found = try measure([try chain.stranger("a"), elsewhere, missing, known])
    #expect(found.keys.sorted() == [3])
  }

  @Test func `who is asked to stop asks no more`() throws {
    try tree.write([1], "a")
    #expect(try measure([try chain.file("a")]) { true }.isEmpty)
  }
}
