import DiskImage

/// The bytes of a VHD that a test writes by hand, with both checksums right.
struct VPCBytes {
  /// Where the parent locators of a differencing image stand.
  enum Place {
    static let first = 2048, second = 3072
  }

  private var draft: HeaderDraft

  /// A dynamic disk of 100 MiB, made by Hyper-V.
  static var dynamic: VPCBytes { VPCBytes() }

  /// A differencing disk over it, with the parent's name in the header and no locator.
  static var child: VPCBytes {
    var image = VPCBytes()
    image.change {
      $0.put(big: 4 as UInt32, at: 60)
      $0.put((0x20...0x2f).map { $0 }, at: 68)
      $0.put((0x00...0x0f).map { $0 }, at: 552)
      $0.put(.utf16Big("parent.vhd"), at: 576)
    }
    return image
  }

  private init() {
    draft = HeaderDraft(count: 4096)
    draft.put("conectix", at: 0)
    draft.put(big: 2 as UInt32, at: 8)
    draft.put(big: 0x1_0000 as UInt32, at: 12)
    draft.put(big: 512 as UInt64, at: 16)
    draft.put("win ", at: 28)
    draft.put("Wi2k", at: 36)
    draft.put(big: 104_857_600 as UInt64, at: 40)
    draft.put(big: 104_857_600 as UInt64, at: 48)
    draft.put([0x03, 0xec, 12, 17], at: 56)
    draft.put(big: 3 as UInt32, at: 60)
    draft.put((0x00...0x0f).map { $0 }, at: 68)
    draft.put("cxsparse", at: 512)
    draft.put(big: UInt64.max, at: 520)
    draft.put(big: 1536 as UInt64, at: 528)
    draft.put(big: 0x1_0000 as UInt32, at: 536)
    draft.put(big: 51 as UInt32, at: 540)
    draft.put(big: 2_097_152 as UInt32, at: 544)
    draft.put([UInt8](repeating: 0xff, count: 51 * 4), at: 1536)
    seal()
  }

  /// The bytes of the image.
  var bytes: [UInt8] { draft.bytes }

  /// Changes something, and makes the checksums right again.
  mutating func change(_ change: (inout HeaderDraft) -> Void) {
    change(&draft)
    seal()
  }

  /// The same image with something changed.
  func changed(_ change: (inout HeaderDraft) -> Void) -> VPCBytes {
    var copy = self
    copy.change(change)
    return copy
  }

  /// Adds a parent locator entry, 0 to 7, and its data.
  mutating func addLocator(_ index: Int, _ platform: String, _ data: [UInt8], at offset: Int) {
    change {
      let entry = 1088 + 24 * index
      $0.put(platform, at: entry)
      $0.put(big: 512 as UInt32, at: entry + 4)
      $0.put(big: UInt32(data.count), at: entry + 8)
      $0.put(big: UInt64(offset), at: entry + 16)
      $0.put(data, at: offset)
    }
  }

  private mutating func seal() {
    seal(0..<512, at: 64)
    seal(512..<1536, at: 548)
  }

  private mutating func seal(_ range: Range<Int>, at offset: Int) {
    draft.put(big: 0 as UInt32, at: offset)
    let sum = draft.bytes[range].reduce(0 as UInt32) { $0 + UInt32($1) }
    draft.put(big: ~sum, at: offset)
  }

  /// What the reader says of the bytes.
  func facts() throws -> ImageFacts { try ImageFacts.reading(bytes) }
}
