/// The extents that a descriptor puts a disk together of, one behind the other.
///
/// Source: VMware Virtual Disk Format 5.0, "The Extent Description".
struct VMDKExtentTable: GuestTable {
  private struct Extent {
    /// Bytes of the disk.
    let range: Range<UInt64>
    let place: GuestStretch.Place
  }

  let size: UInt64
  /// In the order of the disk, without gaps.
  private let extents: [Extent]

  /// - Returns: `nil` where an extent is of a kind that is not read.
  init?(_ descriptor: VMDKDescriptor) throws(HeaderFault) {
    size = try descriptor.virtualSize
    var extents: [Extent] = []
    var start: UInt64 = 0
    var file = 0
    for extent in descriptor.extents {
      // A file without a name is no part, and has no number.
      if extent.fileName != nil { file += 1 }
      guard descriptor.isCounted(extent), extent.sectors > 0 else { continue }
      guard let place = Self.place(of: extent, file: file) else { return nil }
      // No more than `size` in all.
      let end = start + extent.sectors * 512
      extents.append(Extent(range: start..<end, place: place))
      start = end
    }
    self.extents = extents
  }

  private static func place(of extent: VMDKExtent, file: Int) -> GuestStretch.Place? {
    if extent.type == "ZERO" { return .zeros }
    guard extent.fileName != nil, extent.access != "NOACCESS" else { return nil }
    switch extent.type {
    case "FLAT", "VMFS":
      let (offset, overflow) = (extent.offset ?? 0).multipliedReportingOverflow(by: 512)
      return overflow ? nil : .stored(file: file, offset: offset)
    case "SPARSE": return .mapped(file: file, offset: 0)
    case _: return nil
    }
  }

  func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    var (low, high) = (0, extents.count)
    while low < high {
      let middle = (low + high) / 2
      if extents[middle].range.upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low < extents.count else {
      throw .contradiction(field: "descriptor", reason: "has no extent for a part of the disk")
    }
    let extent = extents[low]
    return GuestStretch(
      offset..<extent.range.upperBound, extent.place.going(on: offset - extent.range.lowerBound))
  }
}

extension VMDKReader {
  /// Where the guest's data lies; `nil` for kinds of images that are not read.
  static func table<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> (any GuestTable)? {
    var place: UInt64 = 0
    if head.holds("KDMV", at: 0) {
      let header = try VMDKSparseHeader(parsing: head, at: 0)
      guard header.capacity == 0, header.descriptorOffset > 0 else {
        return try VMDKSparseTable(header, source)
      }
      place = try header.descriptorStart
    } else if !VMDKDescriptor.begins(head) {
      return nil
    }
    let text = try VMDKDescriptor.text(at: place, length: .max, head: head, source: source)
    return try VMDKExtentTable(VMDKDescriptor(parsing: text))
  }
}
