import DiskImage

/// A source that knows what was read from it, and may refuse from a point on.
final class ReadTally: ByteSource {
  /// One read: where and how much was asked for.
  struct Read: Equatable {
    let offset: UInt64
    let count: Int
  }

  private(set) var reads: [Read] = []
  private let bytes: [UInt8]
  private let refusesFrom: UInt64

  /// A source over `bytes`; reads that begin at `refusesFrom` or later fail with error 5.
  init(_ bytes: [UInt8], refusesFrom: UInt64 = .max) {
    self.bytes = bytes
    self.refusesFrom = refusesFrom
  }

  var byteCount: UInt64 { bytes.byteCount }

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    reads.append(Read(offset: offset, count: count))
    guard offset < refusesFrom else { throw ReadFault(code: 5) }
    return try bytes.bytes(at: offset, count: count)
  }
}
