/// Archives and compressed files: what an image is packed into, and no disk themselves.
enum Archive {
  /// Everything that `content(of:)` can tell.
  static let contents: Set<String> = Set(magics.map(\.content)).union([tar, ova])

  private static let tar = "tar"
  private static let ova = "ova"

  /// What a kind of file begins with.
  private static let magics: [(bytes: [UInt8], content: String)] = [
    // RFC 1952, 2.3.1: the method is always deflate.
    ([0x1f, 0x8b, 0x08], "gzip"),
    // The XZ file format, 2.1.1.1.
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"),
    // `BZh`, a level, and the first block's magic or that of the end: see `isBzip2`.
    (Array("BZh".utf8), "bzip2"),
    // RFC 8878, 3.1.1.
    ([0x28, 0xb5, 0x2f, 0xfd], "zstd"),
    // The LZ4 frame format.
    ([0x04, 0x22, 0x4d, 0x18], "lz4"),
    ([0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a], "lzop"),
    (Array("LZIP".utf8), "lzip"),
    // APPNOTE.TXT 4.3: a file, the end of an empty archive, and the first of several volumes.
    ([0x50, 0x4b, 0x03, 0x04], "zip"),
    ([0x50, 0x4b, 0x05, 0x06], "zip"),
    ([0x50, 0x4b, 0x07, 0x08], "zip"),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7z"),
    (Array("Rar!".utf8) + [0x1a, 0x07], "rar"),
    // `vzdump` of Proxmox. Source: pve-qemu, vma_spec.txt.
    (Array("VMA".utf8) + [0], "vma"),
    // Windows Imaging Format.
    (Array("MSWIM".utf8) + [0, 0, 0], "wim"),
    (Array("070701".utf8), "cpio"),
    (Array("070702".utf8), "cpio"),
    (Array("!<arch>\n".utf8), "ar"),
  ]

  /// What kind of archive or compressed file begins so; `nil` for none.
  static func content(of head: HeaderBytes) -> String? {
    if let magic = magics.first(where: { head.holds($0.bytes, at: 0) }) {
      return magic.content != "bzip2" || isBzip2(head) ? magic.content : nil
    }
    return isTar(head) ? (holdsAppliance(head) ? ova : tar) : nil
  }

  /// Whether a level and the magic of a block, π in decimal digits, follow; or, of nothing, √π, the end.
  private static func isBzip2(_ head: HeaderBytes) -> Bool {
    guard let level = try? head.bigEndian(UInt8.self, at: 3), (0x31...0x39).contains(level) else {
      return false
    }
    return head.holds([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4)
      || head.holds([0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4)
  }

  /// Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU has spaces behind the magic. What is older
  /// has none, and is known by its sum of the header.
  private static func isTar(_ head: HeaderBytes) -> Bool {
    head.holds("ustar", at: 257) || hasTarSum(head)
  }

  /// Whether the eight bytes from 148 on are the sum of the header's 512, themselves taken for spaces, and
  /// there is a name.
  private static func hasTarSum(_ head: HeaderBytes) -> Bool {
    guard let block = try? head.slice(at: 0, count: 512), block.first != 0,
      let field = try? head.slice(at: 148, count: 8)
    else { return false }
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard digits.count >= 3, let sum = UInt32(String(decoding: digits, as: UTF8.self), radix: 8)
    else { return false }
    // 512 bytes: far from an overflow.
    let rest = block.reduce(0 as UInt32) { $0 + UInt32($1) } - field.reduce(0) { $0 + UInt32($1) }
    return sum == rest + 8 * 0x20
  }

  /// Whether the first file of a tar is the description of an appliance: an OVF's, which has to be the
  /// first (DSP0243, "OVF package"), or XenServer's.
  private static func holdsAppliance(_ head: HeaderBytes) -> Bool {
    guard let name = try? head.slice(at: 0, count: 100).prefix(while: { $0 != 0 }) else {
      return false
    }
    let text = String(decoding: name, as: UTF8.self).lowercased()
    return text.hasSuffix(".ovf") || text == "ova.xml"
  }
}
