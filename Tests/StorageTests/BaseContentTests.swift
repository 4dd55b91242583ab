import Host
import Model
import Sighting
import Testing

@testable import Storage

/// What guests see of images: the same content whatever file, format or chain it lies in.
@Suite struct BaseContentTests {
  private let tree: TemporaryTree
  private let chain: Chain
  private static let cluster = QCOW2Disk.cluster

  init() throws {
    tree = try TemporaryTree()
    chain = try Chain(tree)
  }

  /// A cluster of one byte.
  private static func cluster(of byte: UInt8) -> [UInt8] {
    [UInt8](repeating: byte, count: cluster)
  }

  /// A raw disk of clusters that each are of one byte.
  private static func raw(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap(cluster) }

  private func content(
    _ layers: (name: String, format: String)..., isWhole: Bool = true,
    asking purpose: BaseToRead.Purpose = .content
  ) throws -> Content? {
    try BaseContent().content(of: chain.base(layers, isWhole: isWhole, purpose))
  }

  @Test func `a raw disk and a qcow2 with the same blocks have one content`() throws {
    try tree.write(Self.raw([1, 0, 3, 0]), "disk.raw")
    try tree.write(
      QCOW2Disk(clusters: [0: Self.cluster(of: 1), 2: Self.cluster(of: 3)]).bytes, "disk.qcow2")
    let raw = try content(("disk.raw", "raw"))
    #expect(raw != nil && raw?.isWhole == true)
    #expect(try content(("disk.qcow2", "qcow2")) == raw)
  }

  @Test
  func `order and place of the clusters in the file do not count, their place on the disk does`()
    throws
  {
    try tree.write(
      QCOW2Disk(clusters: [0: Self.cluster(of: 1), 1: Self.cluster(of: 2)]).bytes, "one")
    try tree.write(
      QCOW2Disk(clusters: [0: Self.cluster(of: 2), 1: Self.cluster(of: 1)]).bytes, "swapped")
    try tree.write(Self.raw([1, 2, 0, 0]), "raw")
    let one = try content(("one", "qcow2"))
    #expect(try one == content(("raw", "raw")))
    #expect(try one != content(("swapped", "qcow2")))
  }

  @Test(arguments: [0, 4095, 4096, 131_071, 262_143])
  func `one byte is enough to make another content`(place: Int) throws {
    var disk = Self.raw([1, 2, 3, 4])
    try tree.write(disk, "before")
    disk[place] = 77
    try tree.write(disk, "after")
    #expect(try content(("before", "raw")) != content(("after", "raw")))
  }

  @Test func `zeros at the end and holes make no other content`() throws {
    try tree.shell("printf abc >short; truncate -s 64K short; cp short long; truncate -s 1M long")
    try tree.shell("cat long >written")
    let short = try content(("short", "raw"))
    #expect(try content(("long", "raw")) == short)
    #expect(try content(("written", "raw")) == short)
  }

  // MARK: Chains

  @Test func `an empty overlay shows what its base holds`() throws {
    try tree.write(Self.raw([1, 2, 3, 4]), "base")
    try tree.write(QCOW2Disk().bytes, "top")
    #expect(
      try content(("top", "qcow2"), ("base", "raw")) == content(("base", "raw")))
  }

  @Test func `an overlay shows its own clusters in place of its base's`() throws {
    try tree.write(Self.raw([1, 2, 3, 4]), "base")
    try tree.write(QCOW2Disk(clusters: [1: Self.cluster(of: 9)], zeros: [2]).bytes, "top")
    try tree.write(Self.raw([1, 9, 0, 4]), "flat")
    #expect(
      try content(("top", "qcow2"), ("base", "raw")) == content(("flat", "raw")))
  }

  @Test func `through three layers the uppermost that has a block counts`() throws {
    try tree.write(Self.raw([1, 1, 1, 1]), "base")
    try tree.write(
      QCOW2Disk(clusters: [1: Self.cluster(of: 2), 2: Self.cluster(of: 2)]).bytes, "middle")
    try tree.write(QCOW2Disk(clusters: [2: Self.cluster(of: 3)]).bytes, "top")
    try tree.write(Self.raw([1, 2, 3, 1]), "flat")
    #expect(
      try content(("top", "qcow2"), ("middle", "qcow2"), ("base", "raw"))
        == content(("flat", "raw")))
  }

  @Test func `an overlay that repeats its base is the same content`() throws {
    try tree.write(Self.raw([5, 6, 0, 0]), "base")
    try tree.write(QCOW2Disk(clusters: [0: Self.cluster(of: 5)], zeros: [3]).bytes, "top")
    #expect(
      try content(("top", "qcow2"), ("base", "raw")) == content(("base", "raw")))
  }

  @Test func `a shorter overlay cuts its base off, a longer one ends in zeros`() throws {
    try tree.write(Self.raw([1, 2, 3, 4]), "base")
    try tree.write(QCOW2Disk(size: 2 * Self.cluster).bytes, "short")
    try tree.write(QCOW2Disk(size: 8 * Self.cluster).bytes, "long")
    try tree.write(Self.raw([1, 2]), "cut")
    #expect(try content(("short", "qcow2"), ("base", "raw")) == content(("cut", "raw")))
    #expect(try content(("long", "qcow2"), ("base", "raw")) == content(("base", "raw")))
  }

  @Test func `the overlays of one base are measured from it once`() throws {
    try tree.write(Self.raw([1, 2, 3, 4]), "base")
    try tree.write(QCOW2Disk(clusters: [0: Self.cluster(of: 8)]).bytes, "one")
    try tree.write(QCOW2Disk(clusters: [3: Self.cluster(of: 8)]).bytes, "two")
    // The base has the same number in both chains.
    let bases = try ["one", "two"].enumerated().map { index, name in
      let top = try chain.base([(name, "qcow2")], number: Int64(index) + 1).layers
      let base = try chain.base([("base", "raw")], number: 9).layers
      return BaseToRead(
        image: Int64(index) + 1, layers: top + base, isWhole: true, purpose: .content)
    }
    let found = BaseContent().contents(of: bases) { false }
    try tree.write(Self.raw([8, 2, 3, 4]), "flat one")
    try tree.write(Self.raw([1, 2, 3, 8]), "flat two")
    #expect(found.problems.isEmpty)
    #expect(try found.contents[1] == content(("flat one", "raw")))
    #expect(try found.contents[2] == content(("flat two", "raw")))
  }

  // MARK: What is not measured so

  @Test func `of what has no tables that are read a digest of the file is taken`() throws {
    try tree.write(Self.raw([1, 2]), "file")
    let digest = try content(("file", "dmg"))
    #expect(digest?.isWhole == false)
    #expect(digest?.isSame(as: try #require(try content(("file", "raw")))) == nil)
    #expect(try content(("file", "dmg"), asking: .view) == nil)
    try tree.write(Self.raw([1, 3]), "file")
    #expect(try content(("file", "dmg")) != digest)
  }

  @Test func `a chain that is not known to its end is not measured`() throws {
    try tree.write(QCOW2Disk().bytes, "top")
    #expect(try content(("top", "qcow2"), isWhole: false, asking: .view) == nil)
    #expect(try content(("top", "qcow2"), isWhole: false)?.isWhole == false)
  }

  @Test func `tables that cannot be true are no content of a guest's`() throws {
    var bytes = QCOW2Disk(clusters: [0: Self.cluster(of: 1)]).bytes
    // The L1 table, of which the header says that it stands far beyond the end of the file.
    bytes[41] = 0x7f
    try tree.write(bytes, "top")
    #expect(try content(("top", "qcow2"), asking: .view) == nil)
    #expect(try content(("top", "qcow2"))?.isWhole == false)
  }

  @Test func `another file in its place has no content`() throws {
    try tree.write(Self.raw([1]), "base")
    let known = try chain.base([("base", "raw")])
    let layer = BaseLayer(
      image: 1, format: "raw", file: try chain.stranger("base"), parts: [], start: 0)
    let other = BaseToRead(image: 1, layers: [layer], isWhole: true, purpose: .content)
    #expect(try BaseContent().content(of: known) != nil)
    #expect(try BaseContent().content(of: other) == nil)
  }

  @Test func `a file that went is for the next scan to see, and no problem`() throws {
    try tree.write(Self.raw([1]), "base")
    let known = try chain.base([("base", "raw")])
    try tree.shell("rm base")
    let found = BaseContent().contents(of: [known]) { false }
    #expect(found.contents.isEmpty && found.problems.isEmpty)
  }

  @Test func `who is asked to stop reads nothing more`() throws {
    try tree.write(Self.raw([1]), "base")
    let known = try chain.base([("base", "raw")])
    #expect(BaseContent().contents(of: [known]) { true }.contents.isEmpty)
  }

  // MARK: Emptiness

  @Test func `an overlay is empty until it holds a block, be that of zeros`() throws {
    try tree.write(QCOW2Disk().bytes, "empty")
    try tree.write(QCOW2Disk(clusters: [3: Self.cluster(of: 0)]).bytes, "written")
    try tree.write(QCOW2Disk(zeros: [0]).bytes, "zeroed")
    let names = ["empty", "written", "zeroed"]
    let asked = try names.enumerated().map { index, name in
      try chain.base([(name, "qcow2")], number: Int64(index), .emptiness)
    }
    #expect(BaseContent().contents(of: asked) { false }.empty == [0])
  }

  // MARK: Levels

  @Test func `of all blocks half count at the level above`() {
    let heights = (0..<4096).map { GuestMeasure.height(of: $0) }
    let counts = (0..<4).map { level in heights.count { $0 >= level } }
    #expect(counts[0] == 4096)
    // A fixed sequence, that of splitmix64: about a half, a quarter and an eighth.
    for (count, expected) in zip(counts.dropFirst(), [2048, 1024, 512]) {
      #expect(abs(count - expected) < 130, "\(count)")
    }
  }
}
