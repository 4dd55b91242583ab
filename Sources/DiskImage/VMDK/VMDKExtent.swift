/// One line of extents in a descriptor: `RW 4192256 SPARSE "disk-s001.vmdk"`.
///
/// Source: VMware Virtual Disk Format 5.0, "The Extent Description": access, size in sectors of 512 bytes,
/// type, file name in quotation marks, offset in sectors.
struct VMDKExtent {
  /// `RW`, `RDONLY` or `NOACCESS`.
  let access: String
  /// Sectors, up to 2^63 - 1: more than can be said in bytes.
  let sectors: UInt64
  /// `FLAT`, `SPARSE`, `ZERO`, `VMFS`, `VMFSSPARSE`, `VMFSRDM`, `VMFSRAW`, `SESPARSE`; others may come.
  let type: String
  /// Any bytes, never empty; `nil` where the extent has no file.
  let fileName: [UInt8]?
  /// Sectors of the file before the extent; `nil` where the line says nothing of it, or less than nothing.
  let offset: UInt64?

  /// What cannot be about the line, where QEMU refuses it.
  let fault: HeaderFault?

  private static let typesForQEMU: Set<String> = [
    "FLAT", "SPARSE", "VMFS", "VMFSSPARSE", "SESPARSE",
  ]
  /// Bytes. QEMU takes what is longer apart.
  private static let maxWordLength = 10
  private static let maxNameLength = 511

  /// Whether QEMU takes the extent for a part of the disk; it passes over all others.
  var isForQEMU: Bool {
    access == "RW" && sectors > 0 && fileName != nil && Self.typesForQEMU.contains(type)
  }

  /// Reads the extent that the line at the start of `text` describes; `nil` where it describes none.
  ///
  /// As for QEMU, white space in the description may be a line end too, and what is not closed by a
  /// quotation mark ends with its line.
  init?(scanning text: ArraySlice<UInt8>) {
    let line = text.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    var scan = TextScan(line)
    // Every line comes by: most end here.
    guard let first = line.first, "RN\u{b}\u{c}".utf8.contains(first),
      let access = scan.word(atMost: Self.maxWordLength).map(String.init(bytes:)),
      access == "RW" || access == "RDONLY" || access == "NOACCESS", let size = scan.decimal(),
      let type = scan.word(atMost: Self.maxWordLength).map(String.init(bytes:))
    else { return nil }
    self.access = access
    self.type = type
    sectors = UInt64(max(size, 0))
    scan.skipSpace()
    let isQuoted = scan.skip(UInt8(ascii: "\""))
    fileName = isQuoted ? scan.quotedText(atMost: Self.maxNameLength).map { Array($0) } : nil
    let offset = scan.skip(UInt8(ascii: "\"")) ? scan.decimal() : nil
    self.offset = offset.flatMap { UInt64(exactly: $0) }
    fault = access == "RW" && fileName != nil ? Self.fault(type: type, offset: offset) : nil
  }

  /// What is wrong with an extent that can be written to and has a file, if anything is.
  private static func fault(type: String, offset: Int64?) -> HeaderFault? {
    let field = "extent description"
    if type == "FLAT", offset.map({ $0 < 0 }) ?? true {
      return .contradiction(field: field, reason: "has no offset, and is FLAT")
    }
    if type != "FLAT", offset != nil {
      return .contradiction(field: field, reason: "has an offset, and is of the type \(type)")
    }
    return nil
  }
}

extension String {
  fileprivate init(bytes: ArraySlice<UInt8>) { self.init(decoding: bytes, as: UTF8.self) }
}
