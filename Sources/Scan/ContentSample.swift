internal import Host
internal import Inventory
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

  /// The digest of a file's sample; `nil` where the budget is spent or the file cannot be read.
  func digest(of file: borrowing OpenFile) -> Int64? {
    guard taken.add(1, ordering: .relaxed).oldValue < Self.budget else { return nil }
    return Self.digest(of: file, blocks: Self.blocks)
  }

  /// The digest of so many blocks, evenly spread, and the last one.
  static func digest(of file: borrowing OpenFile, blocks: UInt64) -> Int64? {
    var digest = ContentDigest()
    let length = file.byteCount
    let step = max(UInt64(blockLength), length / blocks)
    var offset: UInt64 = 0
    while offset < length {
      guard let block = try? file.bytes(at: offset, count: blockLength) else { return nil }
      digest.combine(block)
      offset += step
    }
    let last = length - min(length, UInt64(blockLength))
    guard let block = try? file.bytes(at: last, count: blockLength) else { return nil }
    digest.combine(block)
    return digest.value
  }
}
