internal import DiskImage
internal import Model
internal import Sighting
internal import Synchronization

/// Measures what guests see of disks, in blocks of 4 KiB.
///
/// The measure is a sum over the blocks that are not all zeros: it depends on no order, and on no allocation,
/// cluster size, hole or compression. What a guest sees of an image follows from what it sees of the base: for
/// each block that the image holds itself, the base's is taken away and its own is added. Of large disks one
/// block of 2^level counts, and always the same ones, whichever copy they lie in.
final class GuestMeasure: Sendable {
  /// Blocks that are read of one image, about: 64 MiB. The level is raised where there turn out to be twice as
  /// many: what is deflated, or named several times, is more than the files hold.
  private static let mostBlocks: UInt64 = 16_384
  /// Blocks that are looked at, of one image: those of 8 TiB. Beyond that it is not measured.
  private static let mostVisits: UInt64 = 1 << 31
  /// Levels that are kept of a content: its own, and the next.
  private static let rungs = 12

  /// Sums at the levels from one on.
  private struct Sums {
    var level: Int
    /// One for each level, those below the lowest not meant. The highest a block can have is 64.
    var values = [UInt64](repeating: 0, count: 65)

    mutating func add(_ value: UInt64, upTo height: Int) {
      for level in level...height { values[level] &+= value }
    }
  }
  private let known = Mutex<[Int64: Sums]>([:])
  private let turn = Mutex(())

  /// Calls `body`, where that is asked for as the only one of all threads.
  func inTurn(
    _ isAlone: Bool, _ body: () throws(GuestFault) -> Content?
  ) throws(GuestFault) -> Content? {
    guard isAlone else { return try body() }
    return try turn.withLock { (_: inout Void) throws(GuestFault) in try body() }
  }

  /// The content of a disk.
  func content(of disk: GuestDisk, isStopped: () -> Bool) throws(GuestFault) -> Content {
    let blocks = disk.allocated / GuestDisk.blockLength
    var level = 0
    while blocks >> UInt64(level) > Self.mostBlocks { level += 1 }
    let sums = try sums(of: disk, level, isStopped)
    return Content(
      level: sums.level, sums: Array(sums.values[sums.level...].prefix(Self.rungs)))
  }

  /// The sums of a disk, at a level or a higher one.
  private func sums(
    of disk: GuestDisk, _ level: Int, _ isStopped: () -> Bool
  ) throws(GuestFault) -> Sums {
    if let sums = known.withLock({ $0[disk.image] }), sums.level <= level { return sums }
    var sums = Sums(level: level)
    if let below = disk.below {
      sums = try self.sums(of: below, level, isStopped)
      sums.level = max(sums.level, level)
    }
    disk.rewind()
    try add(disk, to: &sums, isStopped)
    known.withLock { $0[disk.image] = sums }
    return sums
  }

  private func add(
    _ disk: GuestDisk, to sums: inout Sums, _ isStopped: () -> Bool
  ) throws(GuestFault) {
    var own = [UInt8](repeating: 0, count: Int(GuestDisk.blockLength))
    var old = own
    var visits: UInt64 = 0
    var count: UInt64 = 0
    var next: UInt64 = 0
    func take(_ block: UInt64) throws(GuestFault) {
      visits += 1
      next = block + 1
      guard visits <= Self.mostVisits else { throw .unmapped }
      if visits.isMultiple(of: 1 << 20), isStopped() { throw .stopped }
      let height = Self.height(of: block)
      guard height >= sums.level else { return }
      count += 1
      if count.isMultiple(of: 1024), isStopped() { throw .stopped }
      try disk.read(block: block, into: &own)
      if let below = disk.below {
        try below.read(block: block, into: &old)
        if own == old { return }
        sums.add(0 &- Self.value(of: block, old), upTo: height)
      }
      sums.add(Self.value(of: block, own), upTo: height)
      guard count > 2 * Self.mostBlocks else { return }
      sums.level += 1
      count /= 2
    }
    try disk.forEachOwnBlock(take)
    if let below = disk.below, below.size > disk.size {
      // Of what the image cuts off its guest sees nothing. The block at the border may have been taken.
      try below.forEachBlock(from: max(next, disk.size / GuestDisk.blockLength), take)
    }
  }

  /// 0 for zeros.
  private static func value(of block: UInt64, _ bytes: [UInt8]) -> UInt64 {
    if bytes.isZero { return 0 }
    var digest = ContentDigest()
    digest.combine(block)
    digest.combine(bytes)
    return UInt64(bitPattern: digest.value)
  }

  /// The greatest level at which a block still counts: of all blocks one half has the height 0, a quarter 1, ….
  /// The last steps of splitmix64.
  static func height(of block: UInt64) -> Int {
    var bits = block &+ 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return (bits ^ (bits >> 31)).trailingZeroBitCount
  }
}
