import DiskImage

/// The bytes of a VHDX that a test writes by hand, with all checksums right.
///
/// The second header is the current one; the second copy of the region table is not there. The
/// allocation table is at 1 MiB, the metadata at 2 MiB.
struct VHDXBytes {
  /// Offsets of what a test is about.
  enum Place {
    static let firstHeader = 65_536, secondHeader = 131_072
    static let firstRegions = 196_608, secondRegions = 262_144
    static let metadata = 2_097_152, items = 2_162_688, locator = 2_162_752
    static let log = 3_145_728
  }

  private var draft: HeaderDraft

  /// A dynamic disk of 100 MiB with blocks of 32 MiB.
  static let dynamic = VHDXBytes()

  /// A differencing disk over it, with all three paths to its parent.
  static let child = child(of: [
    ("parent_linkage", "{03020100-0504-0706-0809-0A0B0C0D0E0F}"),
    ("absolute_win32_path", #"C:\disks\parent.vhdx"#),
    ("volume_path", #"\\?\Volume{26A21BDA-A627-11D7-9931-806E6F6E6963}\disks\parent.vhdx"#),
    ("relative_path", #"..\bäse\parent.vhdx"#),
  ])

  /// A differencing disk with a locator of these pairs.
  static func child(of pairs: [(String, String)]) -> VHDXBytes {
    dynamic.changed {
      $0.put(little: 2 as UInt32, at: Place.items + 4)
      $0.put((0x20...0x2f).map { $0 }, at: Place.secondHeader + 32)
      let locator = Self.locator(pairs)
      $0.putEntry(5, "2d5fd3a80bb34d45abf7d3d84834ab0c", offset: 65_600, length: locator.count)
      $0.put(little: 6 as UInt16, at: Place.metadata + 10)
      $0.put(locator, at: Place.locator)
    }
  }

  /// A parent locator: its type, its entries, keys and values.
  static func locator(_ pairs: [(String, String)]) -> [UInt8] {
    var item = HeaderDraft(count: 20 + 12 * pairs.count)
    item.put(guid: "b7ef4ab09ed1814ab78925b8e9445913", at: 0)
    item.put(little: UInt16(pairs.count), at: 18)
    for (index, pair) in pairs.enumerated() {
      let texts = [[UInt8].utf16Little(pair.0), .utf16Little(pair.1)]
      for (side, text) in texts.enumerated() {
        item.put(little: UInt32(item.bytes.count), at: 20 + 12 * index + 4 * side)
        item.put(little: UInt16(text.count), at: 28 + 12 * index + 2 * side)
        item.put(text, at: item.bytes.count)
      }
    }
    return item.bytes
  }

  private init() {
    draft = HeaderDraft(count: Place.items + 4096)
    draft.put("vhdxfile", at: 0)
    for (index, place) in [Place.firstHeader, Place.secondHeader].enumerated() {
      draft.put("head", at: place)
      draft.put(little: UInt64(7 + index), at: place + 8)
      draft.put((0x40...0x4f).map { $0 }, at: place + 16)
      draft.put(index == 1 ? (0x00...0x0f).map { $0 } : (0x80...0x8f).map { $0 }, at: place + 32)
      draft.put(little: 1 as UInt16, at: place + 66)
      draft.put(little: 1_048_576 as UInt32, at: place + 68)
      draft.put(little: 3_145_728 as UInt64, at: place + 72)
    }
    putRegions(at: Place.firstRegions)
    putMetadata()
    seal()
  }

  private mutating func putRegions(at place: Int) {
    draft.put("regi", at: place)
    draft.put(little: 2 as UInt32, at: place + 8)
    draft.put(guid: "6677c22d23f600429d64115e9bfd4a08", at: place + 16)
    draft.put(little: 1_048_576 as UInt64, at: place + 32)
    draft.put(little: 1_048_576 as UInt32, at: place + 40)
    draft.put(little: 1 as UInt32, at: place + 44)
    draft.put(guid: "06a27c8b90479a4bb8fe575f050f886e", at: place + 48)
    draft.put(little: 2_097_152 as UInt64, at: place + 64)
    draft.put(little: 1_048_576 as UInt32, at: place + 72)
    draft.put(little: 1 as UInt32, at: place + 76)
  }

  private mutating func putMetadata() {
    draft.put("metadata", at: Place.metadata)
    draft.put(little: 5 as UInt16, at: Place.metadata + 10)
    draft.putEntry(0, "3767a1ca36fa434db3b633f0aa44e76b", offset: 65_536, length: 8)
    draft.putEntry(1, "2442a52f1bcd7648b2115dbed83bf4b8", offset: 65_544, length: 8)
    draft.putEntry(2, "ab12cabee6b2234593efc309e000c746", offset: 65_552, length: 16)
    draft.putEntry(3, "1dbf41816fa90947ba47f233a8faab5f", offset: 65_568, length: 4)
    draft.putEntry(4, "c748a3cd5d4471449cc9e9885251c556", offset: 65_572, length: 4)
    draft.put(little: 33_554_432 as UInt32, at: Place.items)
    draft.put(little: 104_857_600 as UInt64, at: Place.items + 8)
    draft.put(little: 512 as UInt32, at: Place.items + 32)
    draft.put(little: 4096 as UInt32, at: Place.items + 36)
  }

  /// The bytes of the image.
  var bytes: [UInt8] { draft.bytes }

  /// The same image with something changed, and the checksums right.
  func changed(_ change: (inout HeaderDraft) -> Void) -> VHDXBytes {
    var copy = self
    change(&copy.draft)
    copy.seal()
    return copy
  }

  private mutating func seal() {
    seal(Place.firstHeader, 4096)
    seal(Place.secondHeader, 4096)
    seal(Place.firstRegions, 65_536)
  }

  private mutating func seal(_ start: Int, _ count: Int) {
    draft.put(little: 0 as UInt32, at: start + 4)
    var rest = UInt32.max
    for byte in draft.bytes[start..<(start + count)] {
      rest = rest >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
    }
    draft.put(little: ~rest, at: start + 4)
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0x82f6_3b78 : 0) }
  }

  /// What the reader says of the bytes.
  func facts() throws -> ImageFacts { try ImageFacts.reading(bytes) }
}

extension HeaderDraft {
  /// Writes a GUID as it stands on the disk, given in hexadecimal.
  mutating func put(guid: String, at offset: Int) {
    let digits = Array(guid)
    put(
      stride(from: 0, to: 32, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) },
      at: offset)
  }

  /// Writes an entry of the metadata table; all are required.
  mutating func putEntry(_ index: Int, _ guid: String, offset: Int, length: Int) {
    let entry = VHDXBytes.Place.metadata + 32 + 32 * index
    put(guid: guid, at: entry)
    put(little: UInt32(offset), at: entry + 16)
    put(little: UInt32(length), at: entry + 20)
    put(little: 4 as UInt32, at: entry + 24)
  }
}
