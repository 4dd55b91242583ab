/// One line of extents in a descriptor: `RW 4192256 SPARSE "disk-s001.vmdk"`.
///
/// Source: VMware Virtual Disk Format 5.0, "The Extent Description": access, size in sectors of 512 bytes,
/// type, file name in quotation marks, offset in sectors.
struct VMDKExtent: Hashable {
  /// `RW`, `RDONLY` or `NOACCESS`.
  let access: String
  /// Sectors.
  let sectors: UInt64
  /// `FLAT`, `SPARSE`, `ZERO`, `VMFS`, `VMFSSPARSE`, `VMFSRDM`, `VMFSRAW`, `SESPARSE`; others may come.
  let type: String
  /// Any bytes, never empty; `nil` where the extent has no file.
  let fileName: [UInt8]?

  /// What cannot be about the line, though its name is known.
  let wrong: String?

  private static let accesses: Set<String> = ["RW", "RDONLY", "NOACCESS"]
  private static let typesForQEMU: Set<String> = [
    "FLAT", "SPARSE", "VMFS", "VMFSSPARSE", "SESPARSE",
  ]

  /// Whether QEMU takes the extent for a part of the disk; it passes over all others.
  var isForQEMU: Bool {
    access == "RW" && sectors > 0 && fileName != nil && Self.typesForQEMU.contains(type)
  }

  /// Reads a line without blanks at its ends; `nil` where it is none of extents.
  /// - Throws: where it begins like one and has no size.
  init?(parsing line: ArraySlice<UInt8>) throws(HeaderFault) {
    let words = line.split(maxSplits: 3) { $0 == 0x20 || $0 == 0x09 }
      .map { String(decoding: $0, as: UTF8.self) }
    guard let access = words.first, Self.accesses.contains(access) else { return nil }
    guard words.count > 2, let size = UInt64(words[1]) else {
      throw .contradiction(field: "extent description", reason: "has no size in sectors or no type")
    }
    self.access = access
    sectors = try size.checked(within: 0...VMDKSparseHeader.maxSectors, field: "size of an extent")
    type = words[2]
    let parts = line.split(
      separator: UInt8(ascii: "\""), maxSplits: 2, omittingEmptySubsequences: false)
    fileName = parts.count > 1 && !parts[1].isEmpty ? Array(parts[1]) : nil
    let offset = parts.count > 2 ? String(decoding: parts[2], as: UTF8.self) : ""
    wrong = Self.wrong(
      isNameOpen: parts.count == 2, type: fileName == nil ? "" : type,
      offset: offset.split(separator: " ").first.map(String.init))
  }

  /// What is wrong with the end of a line of a type that QEMU knows, if anything is.
  private static func wrong(isNameOpen: Bool, type: String, offset: String?) -> String? {
    if isNameOpen { return "has no closing quotation mark" }
    guard typesForQEMU.contains(type) else { return nil }
    if type != "FLAT" { return offset == nil ? nil : "has an offset, and is of the type \(type)" }
    return offset.flatMap { UInt64($0) } == nil ? "has no offset, and is FLAT" : nil
  }
}
