/// Reads LUKS, version 1.
///
/// Source: LUKS On-Disk Format Specification 1.2.3, "Figure 1: PHDR layout". What is refused is what QEMU
/// 7.2 refuses to open. The first 592 bytes of the head are looked at; nothing else is read.
///
/// Version 2 is not of this format: QEMU and libvirt take it for raw, and a guest that encrypts its whole
/// disk makes one. `RawContent` tells it as `luks2`.
enum LUKSReader: ImageFormatReader {
  static let format = ImageFormat.luks

  static func recognises(_ head: HeaderBytes) -> Bool {
    head.holds(LUKSHeader.magic + [0, 1], at: 0)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    var facts = ImageFacts(format: format)
    facts.isEncrypted = true
    facts.noteUUID(of: head)
    do throws(HeaderFault) {
      facts.virtualSize = try payloadLength(head: head, imageLength: source.byteCount)
      let header = try LUKSHeader(parsing: head)
      facts.formatSpecific = .object([
        FactField("type", .text("luks")), FactField("data", .object(header.facts)),
      ])
    } catch {
      facts.fault = error
    }
    return facts
  }

  /// Bytes that a guest sees: all from the payload on, the image's length taken in whole sectors.
  private static func payloadLength(
    head: HeaderBytes, imageLength: UInt64
  ) throws(HeaderFault) -> UInt64 {
    let start = UInt64(try LUKSHeader.payloadOffset(in: head)) * 512
    let end = RawContent.roundedToSectors(imageLength)
    guard start <= end else {
      throw .contradiction(field: "payload-offset", reason: "lies behind the end of the image")
    }
    return end - start
  }
}

extension ImageFacts {
  /// Notes the UUID of a LUKS header of either version, where it has one.
  mutating func noteUUID(of head: HeaderBytes) {
    guard let text = try? LUKSHeader.uuid(in: head).lowercased(), text.isUUID else { return }
    identifiers.append(ImageIdentifier(.own, text))
  }
}

extension String {
  /// Whether the text has the form of a UUID in lower case: 8, 4, 4, 4 and 12 digits.
  var isUUID: Bool {
    let groups = utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2d }
  }
}
