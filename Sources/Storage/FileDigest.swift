internal import DiskImage
public import Host
internal import Model
internal import Sighting

/// Digests of the bytes of files, whatever they mean: of bases whose tables are not read, and of what a repair leaves
/// alone.
///
/// A copy with other allocation is another content then, and so is the same image with a snapshot more.
public struct FileDigest: Hashable, Sendable {
  /// Bytes of data that are read of one file whole; of one with more, blocks.
  private static let wholeLimit: UInt64 = 64 << 20
  /// Blocks of 4 KiB that are read of a file with more data.
  private static let blocks: UInt64 = 2048
  private static let pieceLength = 1 << 20
  /// Bytes; a block of zeros counts as a hole.
  private static let blockLength: UInt64 = 4096

  /// Equal where the bytes are.
  public let value: Int64
  /// Whether all data was read; else blocks of it were.
  public let isWhole: Bool

  private init(value: Int64, isWhole: Bool) {
    self.value = value
    self.isWhole = isWhole
  }

  /// The digest of all that stands behind the front of a file, and of nothing in the front.
  /// - Throws: `HostFault` where it cannot be read.
  public init(behind front: UInt64, of file: borrowing OpenFile) throws(HostFault) {
    try self.init(from: front, samplingFrom: front, of: file, ByteBudget(.max))
  }

  private init(
    from start: UInt64, samplingFrom first: UInt64, of file: borrowing OpenFile,
    _ budget: ByteBudget
  ) throws(HostFault) {
    var digest = ContentDigest()
    digest.combine(file.byteCount)
    var position = start
    var length: UInt64 = 0
    var piece: [UInt8] = []
    while let range = try file.firstDataRange(after: position) {
      length += range.upperBound - range.lowerBound
      if length > Self.wholeLimit {
        budget.spend(Self.blocks * Self.blockLength)
        value = try ContentSample.digest(of: file, from: first, blocks: Self.blocks, &piece)
        isWhole = false
        return
      }
      try Self.combine(range, of: file, &piece, into: &digest)
      position = range.upperBound
    }
    budget.spend(length)
    value = digest.value
    isWhole = true
  }

  /// Of an image and of the other files that its data lies in, as long as the files at their paths are those
  /// that are known, and nobody writes to them.
  static func value(
    of base: BaseToRead, _ budget: ByteBudget,
    _ open: (BaseFile) throws(HostFault) -> OpenFile?
  ) throws(HostFault) -> Int64? {
    guard let layer = base.layers.first,
      let own = try value(of: layer.file, from: layer.start, budget, open)
    else { return nil }
    guard !layer.parts.isEmpty else { return own }
    var whole = ContentDigest()
    whole.combine(UInt64(bitPattern: own))
    for part in layer.parts {
      guard let digest = try value(of: part, from: 0, budget, open) else { return nil }
      whole.combine(UInt64(bitPattern: digest))
    }
    return whole.value
  }

  private static func value(
    of known: BaseFile, from start: UInt64, _ budget: ByteBudget,
    _ open: (BaseFile) throws(HostFault) -> OpenFile?
  ) throws(HostFault) -> Int64? {
    guard let file = try open(known) else { return nil }
    let digest = try FileDigest(from: start, samplingFrom: 0, of: file, budget)
    let (before, after) = (file.openedStatus, try file.status())
    let isQuiet = before.modified == after.modified && before.changed == after.changed
    return isQuiet && before.size == after.size ? digest.value : nil
  }

  /// Takes up the blocks that hold anything: a block of zeros is what a hole is, so that a copy with
  /// other holes is the same content.
  private static func combine(
    _ range: Range<UInt64>, of file: borrowing OpenFile, _ piece: inout [UInt8],
    into digest: inout ContentDigest
  ) throws(HostFault) {
    var offset = range.lowerBound - range.lowerBound % blockLength
    while offset < range.upperBound {
      let count = Int(min(UInt64(pieceLength), range.upperBound - offset))
      do throws(ReadFault) {
        try file.read(count, at: offset, into: &piece)
      } catch {
        throw HostFault(operation: "read", path: file.path, code: error.code)
      }
      if piece.isEmpty { return }
      for start in stride(from: 0, to: piece.count, by: Int(blockLength)) {
        let block = piece[start..<min(start + Int(blockLength), piece.count)]
        guard !block.isZero else { continue }
        digest.combine(offset + UInt64(start))
        digest.combine(block)
      }
      offset += UInt64(piece.count)
    }
  }
}
