internal import Host
internal import Inventory
public import Model
internal import Synchronization

/// Reads what overlays see of their bases, so that a change under them is noticed.
///
/// All data of a base is read up to a bound, and blocks spread over it beyond that; a whole scan reads
/// a bounded amount. Holes are passed over.
public struct BaseContent: Sendable {
  /// Bytes of data that are read of one base; of one with more, blocks.
  private static let wholeLimit: UInt64 = 64 << 20
  /// Blocks of 4 KiB that are read of a base with more data.
  private static let blocks: UInt64 = 2048
  /// Bytes that a scan reads of bases.
  private static let scanLimit: UInt64 = 512 << 20
  /// Bases that a scan reads.
  static let countLimit = 2000
  private static let pieceLength = 1 << 20
  /// Threads at once, each with a piece in memory; more in flight help small files, not large ones.
  private static let mostReaders = 16
  /// Bytes; a block of zeros counts as a hole.
  private static let blockLength: UInt64 = 4096

  /// What is known of a base's content.
  public struct Digest: Hashable, Sendable {
    /// Equal where the content is.
    public let value: Int64
    /// Whether all data was read; else blocks of it were.
    public let isWhole: Bool
  }

  private let crew: WorkCrew

  /// A reader that lets so many threads wait for the disk at once.
  ///
  /// One begins: the scan is judged meanwhile, and a crowd would take the processor from it.
  public init(jobs: Int = 1) {
    crew = WorkCrew(size: min(jobs, Self.mostReaders), beginning: 1)
  }

  /// The digest of one image's content, from an offset in bytes on; `nil` where it cannot be read.
  public func digest(of path: PathBytes, from start: UInt64) -> Digest? {
    guard let file = try? OpenFile(opening: path) else { return nil }
    return Self.digest(of: file, from: start, ByteBudget(.max))
  }

  /// Digests by image; an image that cannot be read, or is one too many, has none.
  func digests(
    of bases: [BaseToRead], stop: @escaping @Sendable () -> Bool
  ) -> [Int64: Int64] {
    let budget = ByteBudget(Self.scanLimit)
    let found = Mutex<[Int64: Int64]>([:])
    // The crew begins with the last.
    crew.drain(bases.prefix(Self.countLimit).reversed(), stop: stop) { base, _ in
      guard !budget.isSpent, let file = try? OpenFile(opening: base.path),
        let digest = Self.digest(of: file, from: base.start, budget)
      else { return }
      found.withLock { $0[base.image] = digest.value }
    }
    return found.withLock { $0 }
  }

  private static func digest(
    of file: borrowing OpenFile, from start: UInt64, _ budget: ByteBudget
  ) -> Digest? {
    var digest = ContentDigest()
    digest.combine(file.byteCount)
    var position = start
    var length: UInt64 = 0
    var piece: [UInt8] = []
    do {
      while let range = try file.firstDataRange(after: position) {
        length += range.upperBound - range.lowerBound
        if length > wholeLimit {
          budget.spend(blocks * 4096)
          return ContentSample.digest(of: file, blocks: blocks, &piece).map {
            Digest(value: $0, isWhole: false)
          }
        }
        try combine(range, of: file, &piece, into: &digest)
        position = range.upperBound
      }
    } catch {
      return nil
    }
    budget.spend(length)
    return Digest(value: digest.value, isWhole: true)
  }

  /// Takes up the blocks that hold anything: a block of zeros is what a hole is, so that a copy with
  /// other holes is the same content.
  private static func combine(
    _ range: Range<UInt64>, of file: borrowing OpenFile, _ piece: inout [UInt8],
    into digest: inout ContentDigest
  ) throws {
    var offset = range.lowerBound - range.lowerBound % blockLength
    while offset < range.upperBound {
      let count = Int(min(UInt64(pieceLength), range.upperBound - offset))
      try file.read(count, at: offset, into: &piece)
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

/// Bytes that several threads may read together.
private final class ByteBudget: Sendable {
  private let left: Atomic<Int64>

  init(_ bytes: UInt64) { left = Atomic(Int64(clamping: bytes)) }

  /// Whether nothing is left.
  var isSpent: Bool { left.load(ordering: .relaxed) <= 0 }

  /// Takes bytes away; what is read anyway may be more than was left.
  func spend(_ bytes: UInt64) { left.subtract(Int64(clamping: bytes), ordering: .relaxed) }
}
