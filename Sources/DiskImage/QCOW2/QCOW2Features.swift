/// Feature bits that a reader must know. Source: QEMU docs/interop/qcow2, header bytes 72 to 79.
struct QCOW2IncompatibleFeatures: OptionSet {
  let rawValue: UInt64

  /// Reference counts may be wrong: the image was not closed cleanly.
  static let dirty = Self(rawValue: 1 << 0)
  /// Any structure may be wrong; QEMU opens such an image for reading only.
  static let corrupt = Self(rawValue: 1 << 1)
  /// The guest's data is in another file.
  static let externalDataFile = Self(rawValue: 1 << 2)
  /// `compression_type` is not zero.
  static let compressionType = Self(rawValue: 1 << 3)
  /// L2 entries of 16 bytes, with 32 subclusters each.
  static let extendedL2 = Self(rawValue: 1 << 4)

  /// The bits that this version does not know.
  var unknown: Self {
    subtracting([.dirty, .corrupt, .externalDataFile, .compressionType, .extendedL2])
  }
}

/// Feature bits that a reader may ignore. Source: QEMU docs/interop/qcow2, header bytes 80 to 87.
struct QCOW2CompatibleFeatures: OptionSet {
  let rawValue: UInt64

  /// Reference counts may be brought up to date later.
  static let lazyRefcounts = Self(rawValue: 1 << 0)
}

/// Feature bits that a writer clears when it does not know them.
/// Source: QEMU docs/interop/qcow2, header bytes 88 to 95.
struct QCOW2AutoclearFeatures: OptionSet {
  let rawValue: UInt64

  /// The bitmaps extension is consistent.
  static let bitmaps = Self(rawValue: 1 << 0)
  /// The external data file can be read as a raw image.
  static let rawDataFile = Self(rawValue: 1 << 1)
}

/// The names that an image gives to feature bits.
///
/// Source: QEMU docs/interop/qcow2, "Feature name table": entries of 48 bytes.
enum QCOW2FeatureNames {
  /// Bytes of the table that are looked at: an entry for each bit of each of the three kinds.
  static let maxTableLength = 3 * 64 * entryLength
  private static let entryLength = 48
  private static let nameLength = 46

  /// A name for each of `bits`, in their order: the image's own where `table` has one.
  static func names(
    of bits: QCOW2IncompatibleFeatures, in table: ArraySlice<UInt8>
  ) -> [String] {
    (0..<64).filter { bits.rawValue >> $0 & 1 == 1 }.map { bit in
      name(of: bit, in: table) ?? "incompatible bit \(bit)"
    }
  }

  private static func name(of bit: Int, in table: ArraySlice<UInt8>) -> String? {
    var rest = table
    while rest.count >= entryLength {
      let entry = Array(rest.prefix(entryLength))
      rest = rest.dropFirst(entryLength)
      guard entry[0] == 0, Int(entry[1]) == bit else { continue }
      let name = entry[2..<(2 + nameLength)].prefix { $0 != 0 }
      return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
    return nil
  }
}
