/// The tables of an image that say where the blocks of the guest's disk lie.
protocol GuestTable: Sendable {
  /// Bytes that the guest sees.
  var size: UInt64 { get }

  /// The longest stretch from `offset` on that lies in one place, as far as one look at the tables shows;
  /// `offset` lies on the disk.
  mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch
}

/// Where the blocks of a guest's disk lie, by what one image of its chain says.
///
/// The same tables answer what an overlay holds, what a commit would add, and what a guest sees. Of each kind
/// of table one piece is in memory, 16 KiB at most. A map that was copied before it was asked anything is the way
/// to begin anew: what is read by one copy is limited (see `TablePiece`).
public struct GuestMap: Sendable {
  private var table: any GuestTable

  /// What one image says; `nil` for formats, and kinds of images, whose tables are not read.
  /// - Throws: if the header is invalid.
  public init?<Source: ByteSource & ~Copyable>(
    of format: ImageFormat, _ source: borrowing Source
  ) throws(HeaderFault) {
    guard let table = try Self.table(of: format, source) else { return nil }
    // QEMU counts in signed numbers, and so the end of every block can be said.
    _ = try table.size.checked(within: 0...UInt64(Int64.max), field: "size of the disk")
    self.table = table
  }

  private static func table<Source: ByteSource & ~Copyable>(
    of format: ImageFormat, _ source: borrowing Source
  ) throws(HeaderFault) -> (any GuestTable)? {
    if format == .raw { return FlatTable(size: source.byteCount, start: 0) }
    let head = try HeaderBytes(reading: source, at: 0, count: ImageFacts.headLength)
    return switch format {
    case .luks: try FlatTable(behindLUKS: head, source)
    case .qcow2: try QCOW2Table(head)
    case .qed: try QEDTable(head, imageLength: source.byteCount)
    case .vdi: try VDITable(head)
    case .vpc: try VPCTable(head, source)
    case .vhdx: try VHDXTable(source)
    case .vmdk: try VMDKReader.table(head: head, source: source)
    case .raw, .qcow, .parallels, .bochs, .cloop, .dmg: nil
    }
  }

  /// Bytes that the guest sees.
  public var size: UInt64 { table.size }

  /// The longest stretch from `offset` on that lies in one place, as far as one look at the tables shows: not
  /// empty, and not beyond the disk's end.
  public mutating func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    guard offset < size else {
      throw .contradiction(field: "offset", reason: "lies beyond the disk's end")
    }
    let found = try table.stretch(from: offset, source)
    let end = min(max(found.range.upperBound, offset + 1), size)
    return GuestStretch(offset..<end, found.place)
  }
}

/// A disk that lies in the image byte for byte.
struct FlatTable: GuestTable {
  let size: UInt64
  /// Bytes from the start of the image.
  let start: UInt64

  func stretch<Source: ByteSource & ~Copyable>(
    from offset: UInt64, _ source: borrowing Source
  ) throws(HeaderFault) -> GuestStretch {
    GuestStretch(offset..<size, .stored(file: 0, offset: start + offset))
  }
}

extension FlatTable {
  /// What a LUKS container holds, as it lies there: behind the header, which another key changes.
  fileprivate init<Source: ByteSource & ~Copyable>(
    behindLUKS head: HeaderBytes, _ source: borrowing Source
  ) throws(HeaderFault) {
    start = UInt64(try LUKSHeader.payloadOffset(in: head)) * 512
    size = source.byteCount - min(start, source.byteCount)
  }
}
