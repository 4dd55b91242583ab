internal import DiskImage
public import Host
public import Inventory
internal import Model
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

    /// The same as the inventory keeps it.
    public var content: Content { Content(digest: value) }
  }

  private let crew: WorkCrew
  private let filesystems: FileSystemIdentity?

  /// A reader that lets so many threads wait for the disk at once.
  ///
  /// One begins: the scan is judged meanwhile, and a crowd would take the processor from it.
  public init(jobs: Int = 1) { self.init(jobs: jobs, filesystems: nil) }

  /// A reader of images that are known by their files' numbers on these file systems.
  init(jobs: Int, filesystems: FileSystemIdentity?) {
    self.filesystems = filesystems
    crew = WorkCrew(size: min(jobs, Self.mostReaders), beginning: 1)
  }

  /// The digest of one image's content, from an offset in bytes on.
  /// - Throws: `HostFault` where it cannot be read.
  public static func digest(
    of file: borrowing OpenFile, from start: UInt64
  ) throws(HostFault) -> Digest {
    try digest(of: file, from: start, ByteBudget(.max))
  }

  /// The digest of all that stands behind the front of a file, and of nothing in the front.
  /// - Throws: as above.
  public static func digest(
    behind front: UInt64, of file: borrowing OpenFile
  ) throws(HostFault) -> Digest {
    try digest(of: file, from: front, samplingFrom: front, ByteBudget(.max))
  }

  /// The contents of bases. What stands at a base's path by now and is another file, is written to while it is
  /// read, is one too many, or cannot be read, has none; the last is told.
  func digests(
    of bases: [BaseToRead], stop: @escaping @Sendable () -> Bool
  ) -> BaseContents {
    let budget = ByteBudget(Self.scanLimit)
    let found = Mutex(BaseContents())
    // The crew begins with the last.
    crew.drain(bases.prefix(Self.countLimit).reversed(), stop: stop) { base, _ in
      guard !budget.isSpent else { return }
      do throws(HostFault) {
        guard let content = try digest(of: base, budget) else { return }
        let measured: Content = content.content
        found.withLock { $0.contents[base.image] = measured }
      } catch {
        // What went, or became something else, is for the next scan to see.
        if error.isMissing || error.isNotRegular { return }
        let problem = ProblemAnswer(
          filename: base.file.path, message: "cannot be read: \(error.reason)")
        found.withLock { $0.problems.append(problem) }
      }
    }
    return found.withLock { $0 }
  }

  /// The digest of a base and of the other files that its data lies in, as long as the files at their paths
  /// are those that they are known by.
  private func digest(
    of base: BaseToRead, _ budget: ByteBudget
  ) throws(HostFault) -> Digest? {
    guard let own = try digest(of: base.file, from: base.start, budget) else { return nil }
    guard !base.parts.isEmpty else { return own }
    var whole = ContentDigest()
    whole.combine(UInt64(bitPattern: own.value))
    var isWhole = own.isWhole
    for part in base.parts {
      guard let digest = try digest(of: part, from: 0, budget) else { return nil }
      whole.combine(UInt64(bitPattern: digest.value))
      isWhole = isWhole && digest.isWhole
    }
    return Digest(value: whole.value, isWhole: isWhole)
  }

  private func digest(
    of known: BaseFile, from start: UInt64, _ budget: ByteBudget
  ) throws(HostFault) -> Digest? {
    let directory = try Directory(opening: known.path.directory, followingLink: true)
    let file = try directory.openFile(Array(known.path.name))
    guard file.openedStatus.inode == known.inode else { return nil }
    if let filesystems {
      let home = try filesystems.identity(of: directory, status: try directory.status())
      guard home == known.filesystem else { return nil }
    }
    let digest = try Self.digest(of: file, from: start, budget)
    let (before, after) = (file.openedStatus, try file.status())
    let isQuiet = before.modified == after.modified && before.changed == after.changed
    return isQuiet && before.size == after.size ? digest : nil
  }

  private static func digest(
    of file: borrowing OpenFile, from start: UInt64, samplingFrom first: UInt64 = 0,
    _ budget: ByteBudget
  ) throws(HostFault) -> Digest {
    var digest = ContentDigest()
    digest.combine(file.byteCount)
    var position = start
    var length: UInt64 = 0
    var piece: [UInt8] = []
    while let range = try file.firstDataRange(after: position) {
      length += range.upperBound - range.lowerBound
      if length > wholeLimit {
        budget.spend(blocks * 4096)
        let sample = try ContentSample.digest(of: file, from: first, blocks: blocks, &piece)
        return Digest(value: sample, isWhole: false)
      }
      try combine(range, of: file, &piece, into: &digest)
      position = range.upperBound
    }
    budget.spend(length)
    return Digest(value: digest.value, isWhole: true)
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

/// Bytes that several threads may read together.
private final class ByteBudget: Sendable {
  private let left: Atomic<Int64>

  init(_ bytes: UInt64) { left = Atomic(Int64(clamping: bytes)) }

  /// Whether nothing is left.
  var isSpent: Bool { left.load(ordering: .relaxed) <= 0 }

  /// Takes bytes away; what is read anyway may be more than was left.
  func spend(_ bytes: UInt64) { left.subtract(Int64(clamping: bytes), ordering: .relaxed) }
}
