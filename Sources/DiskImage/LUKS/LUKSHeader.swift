/// A LUKS header, version 1: at the start of an image, or inside an encrypted qcow2 image.
///
/// Source: LUKS On-Disk Format Specification 1.2.3, "Figure 1: PHDR layout"; all numbers big-endian.
/// Offsets in it are from the start of the LUKS header, and QEMU prints them so.
struct LUKSHeader {
  /// Bytes of the header and its eight key slots.
  static let length = 592
  /// `LUKS`, 0xba 0xbe.
  static let magic: [UInt8] = [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe]
  private static let sectorSize: UInt64 = 512
  /// Sectors of 512 bytes: where key material may begin, and what it is rounded up to.
  private static let keyMaterialAlignment: UInt64 = 8

  /// `aes-256`, `serpent-128`, …
  let cipher: String
  /// What `cipher-mode` says, taken apart: `xts`, `plain64`, and the hash of `essiv`.
  let mode: (cipher: String, generator: String, hash: String?)
  /// `sha256`, …
  let hash: String
  /// Sectors of 512 bytes.
  let payloadOffset: UInt32
  let masterKeyIterations: UInt32
  let uuid: String
  /// The eight key slots.
  let slots: [KeySlot]

  struct KeySlot {
    let isActive: Bool
    let iterations: UInt32
    /// Sectors of 512 bytes.
    let keyMaterialOffset: UInt32
    let stripes: UInt32
  }

  /// Reads the header from a window whose offset 0 is the first byte of the magic.
  /// - Throws: what QEMU refuses in it.
  init(parsing bytes: HeaderBytes) throws(HeaderFault) {
    _ = try bytes.slice(at: 0, count: Self.length)
    _ = try bytes.bigEndian(UInt16.self, at: 6).checked(within: 1...1, field: "version")
    let keyLength = try bytes.bigEndian(UInt32.self, at: 108)
    mode = try Self.mode(try bytes.name(at: 40, field: "cipher-mode"))
    let cipherName = try bytes.name(at: 8, field: "cipher-name")
    cipher = try Self.cipher(
      cipherName, keyLength: mode.cipher == "xts" ? keyLength / 2 : keyLength)
    try Self.checkEssiv(cipherName, hash: mode.hash)
    hash = try Self.known(
      try bytes.name(at: 72, field: "hash-spec"), in: Self.hashes, field: "hash-spec")
    payloadOffset = try Self.payloadOffset(in: bytes)
    masterKeyIterations = try bytes.bigEndian(UInt32.self, at: 164)
      .checked(within: 1...UInt32.max, field: "mk-digest-iter")
    uuid = try Self.uuid(in: bytes)
    slots = try Self.slots(in: bytes)
    try checkPlaces(keyLength: UInt64(keyLength))
  }

  /// Sectors of 512 bytes from the start of the header to the encrypted data.
  static func payloadOffset(in bytes: HeaderBytes) throws(HeaderFault) -> UInt32 {
    try bytes.bigEndian(UInt32.self, at: 104)
      .checked(within: UInt32(keyMaterialAlignment)...UInt32.max, field: "payload-offset")
  }

  /// The UUID in text, at the same place in both versions of LUKS; empty where there is none.
  static func uuid(in bytes: HeaderBytes) throws(HeaderFault) -> String {
    String(decoding: try bytes.text(at: 168, count: 40) ?? [], as: UTF8.self)
  }
}

extension LUKSHeader {
  private static let hashes = [
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160",
  ]

  /// QEMU's name for a cipher with a key of `keyLength` bytes.
  private static func cipher(_ name: String, keyLength: UInt32) throws(HeaderFault) -> String {
    let lengths: [UInt32] =
      switch name {
      case "aes", "serpent", "twofish": [16, 24, 32]
      case "cast5": [16]
      case _: []
      }
    guard lengths.contains(keyLength) else {
      throw .contradiction(
        field: "cipher-name", reason: "with a key of \(keyLength) bytes is none that QEMU knows")
    }
    return "\(name)-\(keyLength * 8)"
  }

  /// Takes `xts-plain64` or `cbc-essiv:sha256` apart.
  private static func mode(
    _ text: String
  ) throws(HeaderFault) -> (cipher: String, generator: String, hash: String?) {
    let field = "cipher-mode"
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = (halves.count == 2 ? halves[1] : "")
      .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let cipher = try known(String(halves[0]), in: ["ecb", "cbc", "xts", "ctr"], field: field)
    let generator = try known(String(rest[0]), in: ["plain", "plain64", "essiv"], field: field)
    let hash = rest.count == 2 ? try known(String(rest[1]), in: hashes, field: field) : nil
    guard generator == "essiv" else { return (cipher, generator, nil) }
    guard let hash else {
      throw .contradiction(field: field, reason: "is essiv, and names no hash")
    }
    return (cipher, generator, hash)
  }

  /// Checks that ESSIV has a key: it encrypts with the cipher, and its key is a digest.
  private static func checkEssiv(_ cipher: String, hash: String?) throws(HeaderFault) {
    guard let hash else { return }
    // Digests of 16 and 32 bytes; no cipher of QEMU's has a key as long as another.
    guard hash == "md5" || hash == "sha256" && cipher != "cast5" else {
      throw .contradiction(
        field: "cipher-mode", reason: "is essiv, and a digest of \(hash) is no key of \(cipher)")
    }
  }

  private static func known(
    _ name: String, in names: [String], field: String
  ) throws(HeaderFault) -> String {
    guard names.contains(name) else {
      throw .contradiction(field: field, reason: "is none that QEMU knows")
    }
    return name
  }

  /// The key slots: eight times 48 bytes from byte 208.
  private static func slots(in bytes: HeaderBytes) throws(HeaderFault) -> [KeySlot] {
    var slots: [KeySlot] = []
    for offset in stride(from: 208 as UInt64, to: UInt64(length), by: 48) {
      let state = try bytes.bigEndian(UInt32.self, at: offset)
      guard state == 0x00ac_71f3 || state == 0x0000_dead else {
        throw .contradiction(field: "active", reason: "of a key slot says neither yes nor no")
      }
      let isActive = state == 0x00ac_71f3
      slots.append(
        KeySlot(
          isActive: isActive,
          iterations: try bytes.bigEndian(UInt32.self, at: offset + 4)
            .checked(within: (isActive ? 1 : 0)...UInt32.max, field: "iterations"),
          keyMaterialOffset: try bytes.bigEndian(UInt32.self, at: offset + 40)
            .checked(
              within: UInt32(keyMaterialAlignment)...UInt32.max, field: "key-material-offset"),
          stripes: try bytes.bigEndian(UInt32.self, at: offset + 44)
            .checked(within: 4000...4000, field: "stripes")))
    }
    return slots
  }

  /// Checks that no key material overlaps other key material or the payload.
  private func checkPlaces(keyLength: UInt64) throws(HeaderFault) {
    let sectors = (keyLength * 4000 + Self.sectorSize - 1) / Self.sectorSize
    let unit = Self.keyMaterialAlignment
    let length = (sectors + unit - 1) / unit * unit
    let places = slots.map { UInt64($0.keyMaterialOffset) }.sorted() + [UInt64(payloadOffset)]
    for (place, next) in zip(places, places.dropFirst()) where place + length > next {
      throw .contradiction(
        field: "key-material-offset", reason: "\(place) leaves no room before \(next)")
    }
  }

  /// The header as `qemu-img info` prints it.
  var facts: [FactField] {
    var fields = [
      FactField("uuid", .text(uuid)),
      FactField("cipher-alg", .text(cipher)),
      FactField("cipher-mode", .text(mode.cipher)),
      FactField("ivgen-alg", .text(mode.generator)),
    ]
    if let hash = mode.hash { fields.append(FactField("ivgen-hash-alg", .text(hash))) }
    fields += [
      FactField("hash-alg", .text(hash)),
      FactField("payload-offset", .number(UInt64(payloadOffset) * Self.sectorSize)),
      FactField("master-key-iters", .number(UInt64(masterKeyIterations))),
      FactField("slots", .list(slots.map(\.facts))),
    ]
    return fields
  }
}

extension LUKSHeader.KeySlot {
  /// The slot as `qemu-img info` prints it; one that is not in use has nothing but its place.
  fileprivate var facts: FactValue {
    var fields = [FactField("active", .boolean(isActive))]
    if isActive {
      fields.append(FactField("iters", .number(UInt64(iterations))))
      fields.append(FactField("stripes", .number(UInt64(stripes))))
    }
    fields.append(FactField("key-offset", .number(UInt64(keyMaterialOffset) * 512)))
    return .object(fields)
  }
}

extension HeaderBytes {
  /// A name in a field of 32 bytes.
  /// - Throws: where it does not end within the field.
  fileprivate func name(at offset: UInt64, field: String) throws(HeaderFault) -> String {
    let bytes = try slice(at: offset, count: 32)
    guard bytes.contains(0) else {
      throw .contradiction(field: field, reason: "does not end within its 32 bytes")
    }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
