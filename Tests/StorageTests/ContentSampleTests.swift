import Host
import Model
import Testing

@testable import Storage

/// Samples of blocks tell a copy from another image of the same make.
@Suite struct ContentSampleTests {
  private let tree: TemporaryTree
  private static let block = 4096
  /// 64 blocks: of these a sample of 16 takes every fourth, and the last.
  private static let length = 64 * block

  init() throws { tree = try TemporaryTree() }

  private func sample(_ name: String, from start: UInt64 = 0) throws -> Int64 {
    let file = try OpenFile(opening: tree.path(name))
    var memory: [UInt8] = []
    return try ContentSample.digest(of: file, from: start, blocks: 16, &memory)
  }

  private func sample(_ bytes: [UInt8]) throws -> Int64 {
    try tree.write(bytes, "file")
    return try sample("file")
  }

  /// A file of blocks that all differ.
  private var blocks: [UInt8] {
    (0..<64).flatMap { [UInt8](repeating: UInt8($0 + 1), count: Self.block) }
  }

  @Test func `a copy has the same sample, whether it has holes or zeros`() throws {
    try tree.shell(
      """
      truncate -s \(Self.length) holes; head -c \(Self.length) /dev/zero >zeros
      for file in holes zeros; do printf abc | dd of=$file bs=4096 seek=8 conv=notrunc status=none; done
      """)
    #expect(try sample("holes") == sample("zeros"))
  }

  @Test(arguments: [(0, true), (4, true), (60, true), (63, true), (1, false), (62, false)])
  func `the blocks that a sample takes are spread evenly, with the last`(
    block: Int, isTaken: Bool
  ) throws {
    let before = try sample(blocks)
    var changed = blocks
    changed[block * Self.block + 17] = 200
    #expect(try (sample(changed) != before) == isTaken)
  }

  @Test func `where the data lies counts`() throws {
    let zeros = [UInt8](repeating: 0, count: Self.length)
    var (front, back) = (zeros, zeros)
    front[0] = 1
    back[4 * Self.block] = 1
    let samples = try [zeros, front, back].map { try sample($0) }
    #expect(Set(samples).count == 3)
  }

  @Test(arguments: [0, 1, 511, 4095, 4096, 4097])
  func `files shorter than a few blocks have samples, and each length its own`(length: Int) throws {
    let one = try sample([UInt8](repeating: 7, count: length))
    #expect(try sample([UInt8](repeating: 7, count: length)) == one)
    #expect(try sample([UInt8](repeating: 7, count: length + 1)) != one)
  }

  @Test func `from a start on what is before it does not count`() throws {
    try tree.write(blocks, "one")
    var other = blocks
    for index in 0..<8 * Self.block { other[index] = 99 }
    try tree.write(other, "other")
    #expect(try sample("one") != sample("other"))
    let start = UInt64(8 * Self.block)
    #expect(try sample("one", from: start) == sample("other", from: start))
  }

  @Test func `a scan takes only so many`() throws {
    try tree.write([1], "file")
    let file = try OpenFile(opening: tree.path("file"))
    let samples = ContentSample()
    var memory: [UInt8] = []
    var taken = 0
    for _ in 0..<4100 where try samples.digest(of: file, &memory) != nil { taken += 1 }
    #expect(taken == 4096)
  }

  @Test(arguments: [0, 1, 63, 64, 65, 200])
  func `zeros are told from all else, wherever it stands`(length: Int) {
    var bytes = [UInt8](repeating: 0, count: length)
    #expect(bytes.isZero && bytes[...].isZero)
    for index in bytes.indices {
      bytes[index] = 1
      #expect(!bytes.isZero)
      #expect(bytes[..<index].isZero && bytes[(index + 1)...].isZero)
      bytes[index] = 0
    }
  }
}
