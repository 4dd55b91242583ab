/// The header of an ESX sparse extent (`COWD`), the delta of a VMFS disk.
///
/// Source: VMware Virtual Disk Format 5.0, "ESX Server Sparse Extents", `COWDisk_Header`, bytes 0 to 27
/// of 2048; sizes and offsets are in sectors of 512 bytes. What a version before ESX 3 wrote behind them
/// (parent, name, description) is not used: the descriptor has it.
struct VMDKCOWDHeader {
  /// Sectors of the disk.
  let numSectors: UInt32
  /// Sectors of a grain.
  let grainSize: UInt32
  let numGDEntries: UInt32

  /// Reads the fields, and refuses only what leaves the rest without a meaning.
  /// - Throws: `.truncated`, and `.outOfRange` for `version`.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    _ = try bytes.littleEndian(UInt32.self, at: 4).checked(within: 1...1, field: "version")
    numSectors = try bytes.littleEndian(UInt32.self, at: 12)
    grainSize = try bytes.littleEndian(UInt32.self, at: 16)
    numGDEntries = try bytes.littleEndian(UInt32.self, at: 24)
  }

  /// What the header says of the extent.
  var facts: ImageFacts {
    var facts = ImageFacts(format: .vmdk)
    facts.virtualSize = UInt64(numSectors) * 512
    do {
      let grain = try UInt64(grainSize)
        .checked(within: 1...VMDKSparseHeader.maxGrainSize, field: "grainSize")
      facts.clusterSize = grain * 512
      _ = try UInt64(numGDEntries)
        .checked(within: 0...VMDKSparseHeader.maxDirectoryEntries, field: "numGDEntries")
    } catch {
      facts.fault = error
    }
    return facts
  }
}
