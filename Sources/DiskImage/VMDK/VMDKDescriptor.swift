/// The text that says what a VMDK is made of, a file of its own or a part of a sparse image.
///
/// Source: VMware Virtual Disk Format 5.0, "The Descriptor File": lines of `key=value`, of extents, and
/// comments. What QEMU finds counts, and it looks for a key's name anywhere in the text (block/vmdk.c,
/// `vmdk_read_cid`, `vmdk_parent_open`, `vmdk_parse_description`); where that leads to nothing, the first
/// line with the key does. The bytes of names are kept as they are, whatever `encoding` says.
struct VMDKDescriptor {
  /// Bytes that are looked at, as QEMU.
  static let maxLength = (1 << 20) - 1
  /// Bytes in which QEMU looks for what links parent and child: 20 sectors, the last byte of them not.
  static let maxFrontLength = 20 * 512 - 1
  /// Extents that are taken. QEMU has no limit but the length of the text; these are 64 TiB in pieces of 2 GB,
  /// and no disk of VMware's is larger than 62.
  static let maxExtents = 32_768
  /// Bytes of a parent's name. QEMU refuses more.
  private static let maxHintLength = 1023
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
  /// The path of the parent; any bytes, at least one.
  private(set) var parentFileNameHint: [UInt8]?
  /// What VirtualBox knows the disk and its parent by, in lower case and without zeros.
  private(set) var uuids: [DatabaseUUID: String] = [:]
  /// The path of the file in which VMware notes changed blocks; any bytes, at least one.
  private(set) var changeTrackPath: [UInt8]?
  /// Every extent, in the order of the text; the first `maxExtents` where there are more.
  private(set) var extents: [VMDKExtent] = []
  private var firstFault: HeaderFault?

  /// Keys of VirtualBox in the disk's database, behind `ddb.uuid.`.
  ///
  /// Source: VirtualBox src/VBox/Storage/VMDK.cpp, `VMDK_DDB_IMAGE_UUID` and those that follow it.
  enum DatabaseUUID: String {
    case image, parent, modification
    case parentModification = "parentmodification"
  }

  /// Reads the text; a line that cannot be is skipped, and remembered where QEMU does not skip it.
  init(parsing text: ArraySlice<UInt8>, isEmbedded: Bool = false) {
    self.isEmbedded = isEmbedded
    var start = text.startIndex
    while start < text.endIndex {
      let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
      note(text[start..<end].trimmed)
      if let extent = VMDKExtent(scanning: text[start...]) { note(extent) }
      start = end == text.endIndex ? end : end + 1
    }
    let front = text.prefix(Self.maxFrontLength)
    let names = VMDKNames(in: text, front: front.endIndex)
    cid = Self.number(behind: names.cid, in: front) ?? cid
    parentCID = Self.number(behind: names.parentCID, in: front) ?? parentCID
    do {
      parentFileNameHint = try Self.hint(behind: names.parentFileNameHint, in: front)
    } catch { firstFault = firstFault ?? error }
    guard let kind = Self.quoted(behind: names.createType, in: text) else {
      createType = nil
      return
    }
    if Self.isForQEMU(kind) { createType = Array(kind) }
  }

  private mutating func note(_ extent: VMDKExtent) {
    guard extents.count < Self.maxExtents else {
      firstFault =
        firstFault
        ?? .contradiction(field: "descriptor", reason: "names more than \(Self.maxExtents) extents")
      return
    }
    extents.append(extent)
    // QEMU does not look at the extents of a sparse image, which has none but itself.
    if !isEmbedded { firstFault = firstFault ?? extent.fault }
  }

  private mutating func note(_ line: ArraySlice<UInt8>) {
    guard let first = line.first, first != UInt8(ascii: "#"),
      let sign = line.firstIndex(of: UInt8(ascii: "="))
    else { return }
    let key = line[..<sign].trimmed
    let value = line[(sign + 1)...]
    var scan = TextScan(value)
    if cid == nil, key.isText("CID") {
      cid = scan.hexadecimal()
    } else if parentCID == nil, key.isText("parentCID") {
      parentCID = scan.hexadecimal()
    } else if createType == nil, key.isText("createType") {
      let parts = value.split(separator: UInt8(ascii: "\""))
      createType = parts.first { !$0.trimmed.isEmpty }.map { Array($0.trimmed) }
    } else if changeTrackPath == nil, key.isText("changeTrackPath") {
      changeTrackPath = Self.unquoted(value).map { Array($0) }
    } else if key.begins(with: "ddb.uuid.") {
      note(key.dropFirst("ddb.uuid.".utf8.count), Self.unquoted(value))
    }
  }

  /// Notes an identity of the disk's database.
  private mutating func note(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>?) {
    guard let kind = DatabaseUUID(rawValue: String(decoding: key, as: UTF8.self)),
      uuids[kind] == nil, let value
    else { return }
    let text = String(decoding: value, as: UTF8.self).lowercased()
    if text.isUUID, text.contains(where: { $0 != "0" && $0 != "-" }) { uuids[kind] = text }
  }

  /// A value without the quotation marks around it; `nil` for an empty one.
  private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let mark = UInt8(ascii: "\"")
    let value = text.trimmed
    let inside =
      value.first == mark ? value.dropFirst().prefix { $0 != mark } : value
    return inside.isEmpty ? nil : inside
  }

  /// The number that stands one byte behind a name, whatever that byte is.
  private static func number(behind end: Int?, in text: ArraySlice<UInt8>) -> UInt32? {
    guard let end else { return nil }
    var scan = TextScan(text[end...].dropFirst())
    return scan.hexadecimal()
  }

  /// The text that begins two bytes behind a name, whatever they are, and ends before a quotation mark; `nil`
  /// where there is no such name or mark.
  private static func quoted(
    behind end: Int?, in text: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    guard let end else { return nil }
    let value = text[end...].dropFirst(2)
    return value.firstIndex(of: UInt8(ascii: "\"")).map { value[..<$0] }
  }

  private static func hint(
    behind end: Int?, in text: ArraySlice<UInt8>
  ) throws(HeaderFault) -> [UInt8]? {
    guard end != nil else { return nil }
    let field = "parentFileNameHint"
    guard let name = quoted(behind: end, in: text) else {
      throw .contradiction(field: field, reason: "has no closing quotation mark")
    }
    guard name.count <= maxHintLength else {
      throw .contradiction(field: field, reason: "is longer than \(maxHintLength) bytes")
    }
    return name.isEmpty ? nil : Array(name)
  }
}

extension VMDKDescriptor {
  /// Whether the image begins with a descriptor: with the usual comment, or the way QEMU has it, where
  /// within 512 bytes nothing but comments and lines of spaces comes before the version.
  ///
  /// Many a text begins in that second way; one without a `createType` is none that QEMU could open.
  static func begins(_ head: HeaderBytes) -> Bool {
    head.holds("# Disk DescriptorFile", at: 0)
      || beginsWithVersion(head) && head.bytes.firstPlace(of: "createType") != nil
  }

  private static func beginsWithVersion(_ head: HeaderBytes) -> Bool {
    // Every image that is not of another format comes by, and every VHDX: most end here.
    guard let first = head.bytes.first,
      "# ".utf8.contains(first) || head.holds("version=", at: 0)
    else { return false }
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
      if let end = text.firstIndex(of: 0) { return text[..<end] }
      if text.count == count { return text }
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

  private static func isForQEMU(_ kind: ArraySlice<UInt8>) -> Bool {
    typesForQEMU.contains(String(decoding: kind, as: UTF8.self))
  }

  /// The extents that make up the disk.
  var countedExtents: [VMDKExtent] { extents.filter(isCounted) }

  /// Whether an extent is a part of the disk: of the kinds of disks that QEMU opens, those that QEMU counts.
  func isCounted(_ extent: VMDKExtent) -> Bool {
    !Self.isForQEMU(ArraySlice(createType ?? [])) || extent.isForQEMU
  }

  /// Checks that nothing was wrong, or missing that every disk has.
  func check() throws(HeaderFault) {
    if let firstFault { throw firstFault }
    _ = try required(cid, "CID")
    _ = try required(parentCID, "parentCID")
  }

  /// A value that must be there.
  func required<Value>(_ value: Value?, _ field: String) throws(HeaderFault) -> Value {
    guard let value else {
      throw .contradiction(field: field, reason: "is missing, or cannot be read")
    }
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
