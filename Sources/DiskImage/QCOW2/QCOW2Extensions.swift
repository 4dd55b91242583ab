/// What the header extensions of a qcow2 image say.
///
/// Source: QEMU docs/interop/qcow2, "Header extensions". An extension of a type that is not known
/// is skipped; of a type that comes twice the last counts, as in QEMU.
struct QCOW2Extensions {
  /// Bytes that are read of the extensions beyond the head. QEMU keeps all of its own within 1 KiB;
  /// what is skipped costs nothing.
  static let readLimit = 65_536
  /// Bytes. QEMU's buffer for the name of a format has 16, one of them for the end.
  static let maxFormatLength: UInt64 = 15
  /// Bytes. QEMU has no limit but the cluster; a path has at most 4095, a `json:` name more.
  static let maxDataFileNameLength: UInt64 = 16_384

  /// The recorded format of the backing file; `nil` where it is not recorded or empty.
  var backingFormat: [UInt8]?
  /// The name of the external data file, also where it is empty.
  var dataFileName: [UInt8]?
  /// Where the bitmaps are, if the image says that they are consistent.
  var bitmaps: QCOW2BitmapDirectory?
  /// Where the LUKS header is.
  var encryptionHeader: (offset: UInt64, length: UInt64)?
  /// Names that the image gives to its incompatible feature bits, where it has unknown ones.
  var unknownFeatures: [String] = []

  private enum Kind: UInt32 {
    case end = 0
    case backingFormat = 0xe279_2aca
    case featureNames = 0x6803_f857
    case bitmaps = 0x2385_2875
    case encryptionHeader = 0x0537_be77
    case dataFileName = 0x4441_5441
  }

  /// Nothing said.
  init(header: QCOW2Header) {
    let unknown = header.incompatibleFeatures.unknown
    unknownFeatures = unknown.isEmpty ? [] : QCOW2FeatureNames.names(of: unknown, in: [])
  }

  /// Reads the extensions of an image; what was read before a fault stays.
  /// - Throws: what QEMU refuses, and `.truncated` where the image ends before the extensions do.
  mutating func read<Source: ByteSource & ~Copyable>(
    of header: QCOW2Header, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) {
    var window = HeaderWindow(over: head, limit: Self.readLimit)
    var offset = UInt64(header.headerLength)
    let end = header.extensionAreaEnd
    while offset < end {
      guard end - offset >= 8 else { throw .truncated(offset: offset, needed: 8) }
      try window.cover(offset, count: 8, of: source)
      let type = try window.bytes.bigEndian(UInt32.self, at: offset)
      let length = try UInt64(window.bytes.bigEndian(UInt32.self, at: offset + 4))
        .checked(within: 0...(end - offset - 8), field: "header extension length")
      offset += 8
      if let kind = Kind(rawValue: type) {
        if kind == .end { return }
        if let count = try neededLength(of: kind, length: length) {
          try window.cover(offset, count: count, of: source)
          try note(kind, window.bytes, at: offset, count: count, header: header)
        }
      }
      offset += (length + 7) / 8 * 8
    }
  }

  /// Bytes of an extension that have to be read; `nil` for none.
  private func neededLength(of kind: Kind, length: UInt64) throws(HeaderFault) -> Int? {
    let needed: UInt64? =
      switch kind {
      case .end: nil
      case .backingFormat:
        try length.checked(within: 0...Self.maxFormatLength, field: "backing format length")
      case .featureNames:
        unknownFeatures.isEmpty ? nil : min(length, UInt64(QCOW2FeatureNames.maxTableLength))
      case .bitmaps: try length.checked(within: 24...24, field: "bitmaps extension length")
      case .encryptionHeader:
        try length.checked(within: 16...16, field: "full disk encryption header pointer length")
      case .dataFileName:
        try length.checked(
          within: 0...Self.maxDataFileNameLength, field: "external data file name length")
      }
    return needed.flatMap { Int(exactly: $0) }
  }

  private mutating func note(
    _ kind: Kind, _ bytes: HeaderBytes, at offset: UInt64, count: Int, header: QCOW2Header
  ) throws(HeaderFault) {
    switch kind {
    case .end: break
    case .backingFormat: backingFormat = try bytes.text(at: offset, count: count)
    case .dataFileName: dataFileName = try bytes.text(at: offset, count: count) ?? []
    case .featureNames:
      unknownFeatures = QCOW2FeatureNames.names(
        of: header.incompatibleFeatures.unknown, in: try bytes.slice(at: offset, count: count))
    case .bitmaps:
      if header.autoclearFeatures.contains(.bitmaps) {
        bitmaps = try QCOW2BitmapDirectory(parsing: bytes, at: offset, header: header)
      }
    case .encryptionHeader: try noteEncryptionHeader(bytes, at: offset, header: header)
    }
  }

  private mutating func noteEncryptionHeader(
    _ bytes: HeaderBytes, at offset: UInt64, header: QCOW2Header
  ) throws(HeaderFault) {
    guard header.cryptMethod == 2 else {
      throw .contradiction(
        field: "crypt_method",
        reason: "is \(header.cryptMethod), and there is a full disk encryption header")
    }
    let place = try bytes.bigEndian(UInt64.self, at: offset)
    let length = try bytes.bigEndian(UInt64.self, at: offset + 8)
    try header.checkPlace(place, length: 0, field: "full disk encryption header offset")
    encryptionHeader = (place, length)
  }
}

extension HeaderBytes {
  /// A name of up to `count` bytes that ends at its first NUL, the way QEMU, written in C, takes it.
  /// - Returns: `nil` for an empty one.
  func text(at offset: UInt64, count: Int) throws(HeaderFault) -> [UInt8]? {
    let name = try slice(at: offset, count: count).prefix { $0 != 0 }
    return name.isEmpty ? nil : Array(name)
  }
}
