/// The text that says what a VMDK is made of, a file of its own or a part of a sparse image.
///
/// Source: VMware Virtual Disk Format 5.0, "The Descriptor File": lines of `key=value`, of extents, and
/// comments. The first value of a key counts. The bytes of names are kept as they are, whatever
/// `encoding` says.
struct VMDKDescriptor {
  /// Bytes that are looked at, as QEMU.
  static let maxLength = (1 << 20) - 1
  /// `parentCID` of a disk that has none.
  static let noParent = UInt32.max

  /// Whether the text is a part of the sparse image that it describes.
  let isEmbedded: Bool
  /// The kind of the disk, `monolithicSparse` for example; any bytes.
  private(set) var createType: [UInt8]?
  /// The content's identity, which changes with the first write after the disk is opened.
  private(set) var cid: UInt32?
  /// The parent's, as it was when the child was made.
  private(set) var parentCID: UInt32?
  /// The path of the parent; any bytes.
  private(set) var parentFileNameHint: [UInt8]?
  /// Every extent, in the order of the text.
  private(set) var extents: [VMDKExtent] = []
  private var firstFault: HeaderFault?

  /// Reads the text; a line that cannot be is skipped and remembered.
  init(parsing text: ArraySlice<UInt8>, isEmbedded: Bool = false) {
    self.isEmbedded = isEmbedded
    for line in text.split(separator: UInt8(ascii: "\n")) {
      do {
        try note(line.trimmed)
      } catch { firstFault = firstFault ?? error }
    }
  }

  private mutating func note(_ line: ArraySlice<UInt8>) throws(HeaderFault) {
    guard let first = line.first, first != UInt8(ascii: "#") else { return }
    if let extent = try VMDKExtent(parsing: line) {
      extents.append(extent)
      guard let wrong = extent.wrong else { return }
      throw .contradiction(field: "extent description", reason: wrong)
    }
    guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { return }
    let value = line[(sign + 1)...].trimmed
    switch String(decoding: line[..<sign].trimmed, as: UTF8.self) {
    case "CID" where cid == nil: cid = try Self.number(value, "CID")
    case "parentCID" where parentCID == nil: parentCID = try Self.number(value, "parentCID")
    case "createType" where createType == nil:
      createType = try Self.unquoted(value, "createType")
    case "parentFileNameHint" where parentFileNameHint == nil:
      parentFileNameHint = try Self.unquoted(value, "parentFileNameHint")
    case _: return
    }
  }

  /// The number that the value begins with; what stands behind its digits means nothing, as to QEMU.
  private static func number(
    _ value: ArraySlice<UInt8>, _ field: String
  ) throws(HeaderFault) -> UInt32 {
    let digits = value.prefix { Character(UnicodeScalar($0)).isHexDigit }
    guard let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw .contradiction(field: field, reason: "is not a hexadecimal number of 32 bits")
    }
    return number
  }

  /// The text between quotation marks, or all of it where there are none; `nil` where it is empty.
  private static func unquoted(
    _ value: ArraySlice<UInt8>, _ field: String
  ) throws(HeaderFault) -> [UInt8]? {
    let mark = UInt8(ascii: "\"")
    guard value.first == mark else { return value.isEmpty ? nil : Array(value) }
    let rest = value.dropFirst()
    guard let end = rest.firstIndex(of: mark) else {
      throw .contradiction(field: field, reason: "has no closing quotation mark")
    }
    return rest.startIndex == end ? nil : Array(rest[..<end])
  }
}

extension VMDKDescriptor {
  /// Whether the image begins with a descriptor: with the usual comment, or the way QEMU has it, where
  /// within 512 bytes nothing but comments and lines of spaces comes before the version.
  ///
  /// Many a text begins in that second way; one without a `createType` is none that QEMU could open.
  static func begins(_ head: HeaderBytes) -> Bool {
    head.holds("# Disk DescriptorFile", at: 0)
      || beginsWithVersion(head) && head.bytes.firstRange(of: "createType".utf8) != nil
  }

  private static func beginsWithVersion(_ head: HeaderBytes) -> Bool {
    // Every image that is not of another format comes by: most end here.
    guard let first = head.bytes.first, "# v".utf8.contains(first) else { return false }
    // What stands behind the last line feed is no whole line.
    for line in head.bytes.prefix(512).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).dropLast() {
      if line.first == UInt8(ascii: "#") { continue }
      if line.first == UInt8(ascii: " "), line.trimmed.isEmpty { continue }
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      return text.count == 9 && text.starts(with: "version=".utf8)
        && (UInt8(ascii: "1")...UInt8(ascii: "3")).contains(text[text.startIndex + 8])
    }
    return false
  }

  /// Up to `length` bytes of text at `offset`, as far as the first NUL.
  ///
  /// From the head, where that has them all or their end; else from one read of not more than
  /// `maxLength` bytes.
  /// - Throws: where the image ends before `offset`.
  static func text<Source: ByteSource & ~Copyable>(
    at offset: UInt64, length: UInt64, head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ArraySlice<UInt8> {
    guard offset < source.byteCount else { throw .truncated(offset: offset, needed: 1) }
    let count = Int(min(length, source.byteCount - offset, UInt64(maxLength)))
    if let start = Int(exactly: offset), start < head.bytes.count {
      let text = head.bytes[start...].prefix(count)
      if text.count == count || text.contains(0) { return text.prefix { $0 != 0 } }
    }
    return try HeaderBytes(reading: source, at: offset, count: count).bytes.prefix { $0 != 0 }
  }

  /// Whether the descriptor describes nothing but the sparse image that it is a part of.
  var describesItself: Bool {
    isEmbedded && extents.count < 2 && extents.allSatisfy { $0.type == "SPARSE" }
  }

  /// Bytes of the disk: the sum of its extents.
  ///
  /// Of the kinds of disks that QEMU opens, those extents that QEMU counts.
  /// - Throws: where it is more than can be.
  var virtualSize: UInt64 {
    get throws(HeaderFault) {
      var sectors: UInt64 = 0
      for extent in countedExtents {
        sectors = try (sectors + extent.sectors)
          .checked(within: 0...VMDKSparseHeader.maxSectors, field: "size of all extents")
      }
      return sectors * 512
    }
  }

  /// Kinds of disks with a descriptor that QEMU opens. Source: QEMU 7.2 block/vmdk.c.
  private static let typesForQEMU: Set<String> = [
    "monolithicFlat", "vmfs", "vmfsSparse", "seSparse", "twoGbMaxExtentSparse",
    "twoGbMaxExtentFlat",
  ]

  /// The extents that make up the disk.
  var countedExtents: [VMDKExtent] {
    let kind = String(decoding: createType ?? [], as: UTF8.self)
    return Self.typesForQEMU.contains(kind) ? extents.filter(\.isForQEMU) : extents
  }

  /// Checks that nothing was wrong, or missing that every disk has.
  func check() throws(HeaderFault) {
    if let firstFault { throw firstFault }
    _ = try required(cid, "CID")
    _ = try required(parentCID, "parentCID")
  }

  /// A value that must be there.
  func required<Value>(_ value: Value?, _ field: String) throws(HeaderFault) -> Value {
    guard let value else { throw .contradiction(field: field, reason: "is missing") }
    return value
  }
}

extension ArraySlice<UInt8> {
  /// Without the spaces, tabs and carriage returns at both ends.
  fileprivate var trimmed: ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
    guard let end = lastIndex(where: { !isBlank($0) }) else { return [] }
    return self[...end].drop(while: isBlank)
  }
}
