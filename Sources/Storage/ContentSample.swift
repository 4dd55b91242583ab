internal import DiskImage
internal import Host
internal import Model
internal import Synchronization

/// Digests of blocks spread over files: what tells a copy from another image of the same make.
///
/// The blocks stand at places that follow from the length alone, because a copy may have other holes.
final class ContentSample: Sendable {
  /// Blocks of 4 KiB, evenly spread, and the last one.
  private static let blocks: UInt64 = 16
  private static let blockLength = 4096
  /// Samples that one scan takes; the images beyond are found again by header, length and time.
  private static let budget = 4096

  private let taken = Atomic(0)

  /// The digest of a file's sample; `nil` where the budget is spent. `memory` is for a block of it.
  func digest(
    of file: borrowing OpenFile, _ memory: inout [UInt8]
  ) throws(HostFault) -> Int64? {
    guard taken.add(1, ordering: .relaxed).oldValue < Self.budget else { return nil }
    return try Self.digest(of: file, blocks: Self.blocks, &memory)
  }

  /// The digest of so many blocks, evenly spread, and the last one. Blocks in holes are zeros and are
  /// not read: a read would fill the cache with them.
  static func digest(
    of file: borrowing OpenFile, from start: UInt64 = 0, blocks: UInt64, _ memory: inout [UInt8]
  ) throws(HostFault) -> Int64 {
    var digest = ContentDigest()
    let length = file.byteCount
    let step = max(UInt64(blockLength), length / blocks)
    var data: Range<UInt64> = 0..<0
    var offset = start
    while offset < length {
      try take(offset, of: file, &data, &memory, into: &digest)
      offset += step
    }
    let last = max(min(start, length), length - min(length, UInt64(blockLength)))
    data = 0..<0
    try take(last, of: file, &data, &memory, into: &digest)
    return digest.value
  }

  /// Takes up the block at `offset`, of zeros and of holes the length alone; `data` is the stretch of data that was found last.
  private static func take(
    _ offset: UInt64, of file: borrowing OpenFile, _ data: inout Range<UInt64>,
    _ memory: inout [UInt8], into digest: inout ContentDigest
  ) throws(HostFault) {
    if data.upperBound <= offset, offset < file.byteCount {
      let end = file.byteCount
      do {
        data = try file.firstDataRange(after: offset) ?? end..<end
      } catch {
        data = offset..<end
      }
    }
    let count = min(UInt64(blockLength), file.byteCount - offset)
    if offset + count <= data.lowerBound {
      return digest.combine(count)
    }
    do throws(ReadFault) {
      try file.read(blockLength, at: offset, into: &memory)
    } catch {
      throw HostFault(operation: "read", path: file.path, code: error.code)
    }
    if memory.isZero { digest.combine(UInt64(memory.count)) } else { digest.combine(memory) }
  }
}
