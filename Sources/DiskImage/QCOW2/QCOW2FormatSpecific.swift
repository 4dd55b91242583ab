/// What `qemu-img info` prints under `format-specific` for a qcow2 image.
///
/// Source: QEMU qapi/block-core.json, `ImageInfoSpecificQCow2`.
struct QCOW2FormatSpecific {
  /// The fixed header.
  let header: QCOW2Header
  /// The name of the external data file, also where the image does not use it.
  var dataFileName: [UInt8]?
  /// The bitmaps, in the order of their directory.
  var bitmaps: [FactValue] = []
  /// What encrypts the image, if anything does.
  var encryption: FactValue?

  /// Only what the fixed header says.
  init(header: QCOW2Header) { self.header = header }

  /// The object with `type` and `data`.
  var facts: FactValue {
    .object([
      FactField("type", .text("qcow2")),
      FactField("data", .object(header.version == 2 ? version2 : version3)),
    ])
  }

  private var version2: [FactField] {
    var fields: [FactField] = []
    fields.reserveCapacity(4)
    fields.append(FactField("compat", .text("0.10")))
    fields.append(compression)
    fields.append(FactField("refcount-bits", .number(16)))
    if let encryption { fields.append(FactField("encrypt", encryption)) }
    return fields
  }

  private var version3: [FactField] {
    var fields: [FactField] = []
    fields.reserveCapacity(10)
    fields.append(FactField("compat", .text("1.1")))
    fields.append(compression)
    let lazy = header.compatibleFeatures.contains(.lazyRefcounts)
    fields.append(FactField("lazy-refcounts", .boolean(lazy)))
    if !bitmaps.isEmpty { fields.append(FactField("bitmaps", .list(bitmaps))) }
    fields.append(FactField("refcount-bits", .number(1 << UInt64(min(header.refcountOrder, 6)))))
    if let encryption { fields.append(FactField("encrypt", encryption)) }
    if let dataFileName {
      fields.append(FactField("data-file", .text(String(decoding: dataFileName, as: UTF8.self))))
    }
    let features = header.incompatibleFeatures
    if features.contains(.externalDataFile) {
      let isRaw = header.autoclearFeatures.contains(.rawDataFile)
      fields.append(FactField("data-file-raw", .boolean(isRaw)))
    }
    fields.append(FactField("corrupt", .boolean(features.contains(.corrupt))))
    fields.append(FactField("extended-l2", .boolean(features.contains(.extendedL2))))
    return fields
  }

  private var compression: FactField {
    FactField("compression-type", .text(header.compressionType == 1 ? "zstd" : "zlib"))
  }
}
