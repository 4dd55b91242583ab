import DiskImage
import Foundation
import Host
import Model
import Sighting
import Testing

@testable import Storage

/// Which blocks of a guest's disk an image holds itself, and what stands in them.
@Suite struct GuestDiskTests {
  private let tree: TemporaryTree
  private static let cluster = QCOW2Disk.cluster
  /// Blocks of a cluster.
  private static let blocks = 16

  init() throws { tree = try TemporaryTree() }

  private func disk(
    _ name: String, _ format: ImageFormat, over below: GuestDisk? = nil
  ) throws -> GuestDisk {
    let file = GuestFile(try OpenFile(opening: tree.path(name)))
    return GuestDisk(1, try GuestLayer(format, [file]), below: below)
  }

  private func qcow2(_ disk: QCOW2Disk, over below: GuestDisk? = nil) throws -> GuestDisk {
    let name = "disk-\(UUID().uuidString)"
    try tree.write(disk.bytes, name)
    return try self.disk(name, .qcow2, over: below)
  }

  /// A raw disk that holds a letter at some blocks, and is a hole elsewhere.
  private func raw(blocks: Int, holding held: [Int]) throws -> GuestDisk {
    let name = "raw-\(UUID().uuidString)"
    var script = "truncate -s \(blocks * 4096) \(name)\n"
    for block in held {
      script += "printf x | dd of=\(name) bs=4096 seek=\(block) conv=notrunc status=none\n"
    }
    try tree.shell(script)
    return try disk(name, .raw)
  }

  private func ownBlocks(_ disk: GuestDisk) throws -> [UInt64] {
    var found: [UInt64] = []
    try disk.forEachOwnBlock { found.append($0) }
    return found
  }

  private func blocks(_ disk: GuestDisk, from start: UInt64) throws -> [UInt64] {
    var found: [UInt64] = []
    try disk.forEachBlock(from: start) { found.append($0) }
    return found
  }

  private func bytes(_ disk: GuestDisk, _ block: UInt64) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 255, count: 4096)
    try disk.read(block: block, into: &bytes)
    return bytes
  }

  private static func cluster(of byte: UInt8) -> [UInt8] {
    [UInt8](repeating: byte, count: cluster)
  }

  // MARK: Own blocks

  @Test func `of a sparse raw disk the blocks with data are its own`() throws {
    #expect(try ownBlocks(raw(blocks: 64, holding: [0, 7, 63])) == [0, 7, 63])
    #expect(try ownBlocks(raw(blocks: 64, holding: [])) == [])
  }

  @Test func `of an image the blocks of its clusters are its own`() throws {
    let disk = try qcow2(QCOW2Disk(clusters: [1: Self.cluster(of: 1), 3: Self.cluster(of: 1)]))
    #expect(try ownBlocks(disk) == Array(16..<32) + Array(48..<64))
  }

  @Test func `a cluster of zeros is its own where the base may hold something`() throws {
    let base = try raw(blocks: 64, holding: [20])
    let over = try qcow2(QCOW2Disk(zeros: [1, 2]), over: base)
    // In cluster 1 the base has block 20; in cluster 2 it has a hole.
    #expect(try ownBlocks(over) == [20])
    #expect(try ownBlocks(qcow2(QCOW2Disk(zeros: [1, 2]))) == [])
  }

  @Test func `an overlay of nothing has none, whatever its base holds`() throws {
    let base = try raw(blocks: 64, holding: [1, 2, 3])
    #expect(try ownBlocks(qcow2(QCOW2Disk(), over: base)) == [])
  }

  @Test func `behind an overlay's end the base's blocks are found from a start on`() throws {
    let base = try raw(blocks: 64, holding: [1, 30, 63])
    #expect(try blocks(base, from: 0) == [1, 30, 63])
    #expect(try blocks(base, from: 2) == [30, 63])
    #expect(try blocks(base, from: 64) == [])
    let middle = try qcow2(QCOW2Disk(clusters: [2: Self.cluster(of: 1)]), over: base)
    #expect(try blocks(middle, from: 31) == Array(32..<48) + [63])
  }

  // MARK: Bytes

  @Test func `a block is the uppermost layer's that has it`() throws {
    let base = try raw(blocks: 64, holding: [0, 16, 32])
    let over = try qcow2(
      QCOW2Disk(clusters: [1: Self.cluster(of: 9)], zeros: [2]), over: base)
    #expect(try bytes(over, 0).first == UInt8(ascii: "x"))
    #expect(try bytes(over, 16) == [UInt8](repeating: 9, count: 4096))
    #expect(try bytes(over, 32) == [UInt8](repeating: 0, count: 4096))
    #expect(try bytes(over, 48) == [UInt8](repeating: 0, count: 4096))
  }

  @Test func `beyond a disk's end there are zeros, in its last block as well`() throws {
    try tree.write([UInt8](repeating: 5, count: 4096 + 100), "short")
    let disk = try disk("short", .raw)
    #expect(disk.size >= 4196)
    let last = try bytes(disk, 1)
    #expect(last.prefix(100).allSatisfy { $0 == 5 } && last.dropFirst(512).allSatisfy { $0 == 0 })
    #expect(try bytes(disk, 2) == [UInt8](repeating: 0, count: 4096))
  }

  @Test func `a base that is shorter than its overlay ends in zeros`() throws {
    try tree.write([UInt8](repeating: 5, count: 8192), "short")
    let over = try qcow2(QCOW2Disk(), over: disk("short", .raw))
    #expect(try bytes(over, 1).first == 5)
    #expect(try bytes(over, 2) == [UInt8](repeating: 0, count: 4096))
  }

  // MARK: What else is asked

  @Test func `it is empty as long as it leaves all to its base`() throws {
    #expect(try qcow2(QCOW2Disk()).isEmpty())
    #expect(try !qcow2(QCOW2Disk(clusters: [3: Self.cluster(of: 0)])).isEmpty())
    #expect(try !qcow2(QCOW2Disk(zeros: [0])).isEmpty())
  }

  @Test func `a write to any file of the chain is noticed`() throws {
    try tree.write(Self.cluster(of: 1), "base")
    let base = try disk("base", .raw)
    let over = try qcow2(QCOW2Disk(), over: base)
    #expect(try over.isQuiet())
    Thread.sleep(forTimeInterval: 0.02)
    try tree.shell("printf y | dd of=base conv=notrunc status=none")
    #expect(try !base.isQuiet())
    #expect(try !over.isQuiet())
  }

  @Test func `what was read is counted over the chain`() throws {
    let base = try raw(blocks: 64, holding: [0])
    let over = try qcow2(QCOW2Disk(clusters: [1: Self.cluster(of: 9)]), over: base)
    let before = over.bytesRead
    _ = try bytes(over, 0)
    #expect(over.bytesRead >= before + 4096)
    #expect(over.allocated >= base.allocated)
  }

  @Test func `no file, and a format without tables, make no disk`() throws {
    try tree.write(Self.cluster(of: 1), "file")
    #expect(throws: GuestFault.self) { try GuestLayer(.raw, []) }
    #expect(throws: GuestFault.self) { try disk("file", .dmg) }
    #expect(throws: GuestFault.self) { try disk("file", .qcow2) }
  }

  @Test func `holes of a file are told, and all beyond its end is one`() throws {
    try tree.shell(
      "truncate -s 1M file; printf x | dd of=file bs=64K seek=4 conv=notrunc status=none")
    let file = GuestFile(try OpenFile(opening: tree.path("file")))
    let hole = file.hole(at: 0)
    // Where the file system knows no holes, all is data.
    #expect(hole == 0 || hole == 4 * 65_536)
    #expect(file.hole(at: 4 * 65_536) == 0)
    #expect(file.dataLength(from: 4 * 65_536) > 0)
    #expect(file.hole(at: 1 << 20) > 1 << 40)
  }

  // MARK: Agreement

  @Test(
    .enabled(if: Child.has("qemu-img"), "needs qemu-img"),
    arguments: [
      "qcow2", "qed", "vdi", "vpc", "vhdx", "vmdk", "-c qcow2",
      "-o subformat=twoGbMaxExtentFlat,compat6=off vmdk",
    ])
  func `what qemu-img converts is the same content`(way: String) throws {
    try tree.shell(
      """
      truncate -s 2M disk.raw
      for at in 0 17 300 511; do
        head -c 4096 /dev/urandom | dd of=disk.raw bs=4096 seek=$at conv=notrunc status=none
      done
      """)
    let parts = way.split(separator: " ")
    let format = String(parts.last ?? "qcow2")
    let options = parts.dropLast().joined(separator: " ")
    try tree.shell("qemu-img convert -q -f raw -O \(format) \(options) disk.raw disk.out")
    let chain = try Chain(tree)
    let reader = BaseContent()
    let raw = try reader.content(of: chain.base([("disk.raw", "raw")]))
    var base = try chain.base([("disk.out", format)])
    if options.contains("Extent") {
      let layer = BaseLayer(
        image: 1, format: format, file: try chain.file("disk.out"),
        parts: [try chain.file("disk-f001.out")], start: 0)
      base = BaseToRead(image: 1, layers: [layer], isWhole: true, purpose: .content)
    }
    #expect(raw?.isWhole == true)
    #expect(try reader.content(of: base) == raw)
  }
}
