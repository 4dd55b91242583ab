internal import DiskImage
internal import Host

/// One image of a chain, open for reading: where it keeps the blocks of the guest's disk.
///
/// Not for several threads: tables and clusters that were read last are kept.
final class GuestLayer {
  private let files: [GuestFile]
  /// The maps of the image and of parts with tables of their own, as they were before anything was asked of them.
  private let maps: [Int: GuestMap]
  private var asked: [Int: GuestMap]
  /// The stretch that was asked for last.
  private var last: GuestStretch?
  private var inflated: (place: GuestStretch.Place, bytes: [UInt8])?

  /// Bytes that the guest sees.
  let size: UInt64

  /// An image in so many files, itself the first.
  init(_ format: ImageFormat, _ files: [GuestFile]) throws(GuestFault) {
    guard let first = files.first, let map = try Self.map(format, first) else { throw .unmapped }
    self.files = files
    size = map.size
    maps = [0: map]
    asked = maps
  }

  private static func map(
    _ format: ImageFormat, _ file: GuestFile
  ) throws(GuestFault) -> GuestMap? {
    do throws(HeaderFault) {
      return try GuestMap(of: format, file)
    } catch {
      throw GuestFault(error, file)
    }
  }

  /// Bytes that its files hold.
  var allocated: UInt64 { files.reduce(0) { $0 &+ $1.file.openedStatus.allocated } }

  /// How many bytes were read of its files.
  var bytesRead: UInt64 { files.reduce(0) { $0 &+ $1.bytesRead } }

  /// Whether nothing was written to since the files were opened.
  func isQuiet() throws(GuestFault) -> Bool {
    for file in files where try !file.isQuiet() { return false }
    return true
  }

  /// Forgets how much of the tables was read: each walk over the disk may read as much.
  func rewind() {
    asked = maps
    last = nil
  }

  /// The stretch from `offset` on, which lies on the disk.
  func stretch(at offset: UInt64) throws(GuestFault) -> GuestStretch {
    if let last, last.range.contains(offset) {
      let range = offset..<last.range.upperBound
      return GuestStretch(range, last.place.going(on: offset - last.range.lowerBound))
    }
    var found = try stretch(of: 0, from: offset)
    if case .mapped(let part, let inside) = found.place {
      found = try stretch(of: part, from: inside, for: found)
    }
    last = found
    return found
  }

  private func stretch(of file: Int, from offset: UInt64) throws(GuestFault) -> GuestStretch {
    guard files.indices.contains(file) else { throw .unmapped }
    // What an image names as a part of its disk can only be of its own kind.
    var known = asked[file]
    if known == nil { known = try Self.map(.vmdk, files[file]) }
    guard var map = known, offset < map.size else { throw .unmapped }
    do throws(HeaderFault) {
      let found = try map.stretch(from: offset, files[file])
      asked[file] = map
      return found
    } catch {
      throw GuestFault(error, files[file])
    }
  }

  /// What a part says of a stretch, as the disk's.
  private func stretch(
    of part: Int, from inside: UInt64, for whole: GuestStretch
  ) throws(GuestFault) -> GuestStretch {
    let found = try stretch(of: part, from: inside)
    let start = whole.range.lowerBound
    let count = min(
      whole.range.upperBound - start, found.range.upperBound - found.range.lowerBound)
    let place: GuestStretch.Place
    switch found.place {
    case .below, .zeros: place = found.place
    case .stored(_, let offset): place = .stored(file: part, offset: offset)
    case .deflated(_, let offset, let bytes, let cluster):
      // Where the part begins on the disk.
      let base = start &- inside
      place = .deflated(
        file: part, offset: offset, count: bytes,
        cluster: (cluster.lowerBound &+ base)..<(cluster.upperBound &+ base))
    case .mapped: throw .unmapped
    }
    return GuestStretch(start..<start + count, place)
  }

  /// Where the stretch at `offset` ends, or its hole in a file does, if the image itself holds zeros there, or
  /// nothing; `nil` where it may hold something.
  func endOfNothing(of stretch: GuestStretch) throws(GuestFault) -> UInt64? {
    switch stretch.place {
    case .zeros, .below: return stretch.range.upperBound
    case .deflated: return nil
    case .stored(let file, let start):
      let hole = try self.file(file).hole(at: start)
      let (end, isEndless) = stretch.range.lowerBound.addingReportingOverflow(hole)
      return hole == 0 ? nil : min(stretch.range.upperBound, isEndless ? .max : end)
    case .mapped: throw .unmapped
    }
  }

  /// Where the data ends with which a stretch begins.
  func endOfData(of stretch: GuestStretch) throws(GuestFault) -> UInt64 {
    guard case .stored(let file, let start) = stretch.place else { return stretch.range.upperBound }
    let length = try self.file(file).dataLength(from: start)
    return min(stretch.range.upperBound, stretch.range.lowerBound &+ length)
  }

  private func file(_ number: Int) throws(GuestFault) -> GuestFile {
    guard files.indices.contains(number) else { throw .unmapped }
    return files[number]
  }

  /// Puts the bytes of a range within a stretch, which are not below, in their place.
  func fill(
    _ bytes: inout [UInt8], at place: Int, from stretch: GuestStretch, to end: UInt64
  ) throws(GuestFault) {
    let range = stretch.range.lowerBound..<end
    switch stretch.place {
    case .zeros, .below: return
    case .stored(let number, let start):
      try file(number).fill(&bytes, at: place, from: start, count: range.count)
    case .deflated(_, _, _, let cluster):
      let whole = try inflate(stretch.place)
      let from = Int(range.lowerBound - cluster.lowerBound)
      guard from + range.count <= whole.count else { throw .unmapped }
      bytes.replaceSubrange(
        place..<place + range.count, with: whole[from..<from + range.count])
    case .mapped: throw .unmapped
    }
  }

  private func inflate(_ place: GuestStretch.Place) throws(GuestFault) -> [UInt8] {
    if let inflated, inflated.place == place { return inflated.bytes }
    guard case .deflated(let number, let offset, let count, let cluster) = place,
      cluster.count <= Inflation.mostBytes
    else { throw .unmapped }
    let file = try file(number)
    let packed: [UInt8]
    do throws(ReadFault) { packed = try file.bytes(at: offset, count: count) } catch {
      throw GuestFault(.unreadable(error), file)
    }
    guard let whole = Inflation.bytes(of: packed, atMost: cluster.count) else { throw .unmapped }
    inflated = (place, whole)
    return whole
  }
}
