internal import DiskImage
internal import Host

/// A disk as a guest sees it: an image, and what is below it in its chain.
final class GuestDisk {
  /// Bytes; what contents are measured in.
  static let blockLength: UInt64 = 4096

  let image: Int64
  let below: GuestDisk?
  private let layer: GuestLayer

  init(_ image: Int64, _ layer: GuestLayer, below: GuestDisk?) {
    self.image = image
    self.layer = layer
    self.below = below
  }

  /// Bytes that the guest sees.
  var size: UInt64 { layer.size }

  /// Bytes that all files of the chain hold.
  var allocated: UInt64 { layer.allocated &+ (below?.allocated ?? 0) }

  /// How many bytes were read of the files of the chain.
  var bytesRead: UInt64 { layer.bytesRead &+ (below?.bytesRead ?? 0) }

  /// Whether nothing was written to since the files were opened.
  func isQuiet() throws(GuestFault) -> Bool {
    guard try layer.isQuiet() else { return false }
    return try below?.isQuiet() ?? true
  }

  /// Starts reading the chain's tables from the beginning.
  func rewind() {
    layer.rewind()
    below?.rewind()
  }

  /// Whether the image holds no block of its own.
  func isEmpty() throws(GuestFault) -> Bool {
    var offset: UInt64 = 0
    while offset < size {
      let stretch = try layer.stretch(at: offset)
      guard stretch.place == .below else { return false }
      offset = stretch.range.upperBound
    }
    return true
  }

  /// Where the blocks end that are surely zeros for the guest; `nil` where others may begin.
  private func endOfNothing(at offset: UInt64) throws(GuestFault) -> UInt64? {
    guard offset < size else { return .max }
    let stretch = try layer.stretch(at: offset)
    guard let own = try layer.endOfNothing(of: stretch) else { return nil }
    guard stretch.place == .below, let below else { return own }
    return try below.endOfNothing(at: offset).map { min($0, own) }
  }

  /// Calls `body` with the number of each block for which the guest may see something else than the base
  /// holds, in their order; without a base, with every block that may not be zeros.
  func forEachOwnBlock(_ body: (UInt64) throws(GuestFault) -> Void) throws(GuestFault) {
    var offset: UInt64 = 0
    var next: UInt64 = 0
    while offset < size {
      let stretch = try layer.stretch(at: offset)
      if let same = try endOfSame(at: offset, stretch) {
        offset = same
        continue
      }
      let end =
        try layer.endOfNothing(of: stretch) == nil
        ? layer.endOfData(of: stretch)
        // Zeros, where the base may hold something: how far, the base says block by block.
        : min(stretch.range.upperBound, (offset / Self.blockLength + 1) * Self.blockLength)
      let first = max(next, offset / Self.blockLength)
      next = max(next, (end - 1) / Self.blockLength + 1)
      if first < next { for block in first..<next { try body(block) } }
      offset = end
    }
  }

  /// Where the bytes end of which the image has none, or zeros as the base has; `nil` where others may begin.
  private func endOfSame(at offset: UInt64, _ stretch: GuestStretch) throws(GuestFault) -> UInt64? {
    guard let own = try layer.endOfNothing(of: stretch) else { return nil }
    guard stretch.place != .below, let below else { return own }
    return try below.endOfNothing(at: offset).map { min($0, own) }
  }

  /// Calls `body` with the number of each block from `start` on that may not be zeros.
  func forEachBlock(
    from start: UInt64, _ body: (UInt64) throws(GuestFault) -> Void
  ) throws(GuestFault) {
    var block = start
    while block * Self.blockLength < size {
      if let end = try endOfNothing(at: block * Self.blockLength),
        end >= min((block + 1) * Self.blockLength, size)
      {
        guard end < size else { return }
        block = end / Self.blockLength
        continue
      }
      try body(block)
      block += 1
    }
  }

  /// The bytes of a block as the guest sees them; zeros beyond the disk's end.
  func read(block number: UInt64, into bytes: inout [UInt8]) throws(GuestFault) {
    let start = number * Self.blockLength
    for index in bytes.indices { bytes[index] = 0 }
    try fill(&bytes, at: 0, from: start..<start + Self.blockLength)
  }

  private func fill(
    _ bytes: inout [UInt8], at place: Int, from range: Range<UInt64>
  ) throws(GuestFault) {
    var offset = range.lowerBound
    let end = min(range.upperBound, size)
    while offset < end {
      let stretch = try layer.stretch(at: offset)
      let stop = min(stretch.range.upperBound, end)
      let at = place + Int(offset - range.lowerBound)
      if stretch.place == .below {
        try below?.fill(&bytes, at: at, from: offset..<stop)
      } else {
        try layer.fill(&bytes, at: at, from: stretch, to: stop)
      }
      offset = stop
    }
  }
}
