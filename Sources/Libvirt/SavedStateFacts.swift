import DiskImage

/// What stands at the head of a managed save: the domain that `virsh start` will go on with.
public struct SavedStateFacts: Hashable, Sendable {
  /// The domain as it was saved, with everything it needs to go on.
  public var domain: DomainFacts
  /// False where libvirt did not finish writing it.
  public var isComplete: Bool
  /// Whether the domain ran, as opposed to being paused.
  public var wasRunning: Bool
}

extension SavedStateFacts {
  /// Bytes of the fixed header, after which the XML begins.
  static let headerSize = 92
  /// `was_running` of a domain that ran; 0 is paused.
  private static let running: UInt32 = 1
  /// Versions that libvirt has written; any other number is of the other byte order.
  private static let versions: ClosedRange<UInt32> = 1...2

  /// How many bytes from a save's beginning are enough to read it.
  public static let byteLimit = headerSize + XMLTree.byteLimit

  /// Reads a save from its first `byteLimit` bytes, or all of it where it is shorter.
  ///
  /// Source: libvirt src/qemu/qemu_saveimage.h: 16 bytes of magic, then 32-bit numbers in the byte
  /// order of the host that wrote it: version at 16, length of the XML and what follows it at 20,
  /// `was_running` at 24, compression at 28, offset of a cookie behind the XML at 32.
  public init(parsing bytes: [UInt8]) throws(LibvirtFault) {
    let header = HeaderBytes(bytes)
    isComplete = header.holds("LibvirtQemudSave", at: 0)
    guard isComplete || header.holds("LibvirtQemudPart", at: 0) else { throw .notASavedState }
    let isLittleEndian = Self.number(header, at: 16, true).map(Self.versions.contains) ?? false
    guard let length = Self.number(header, at: 20, isLittleEndian),
      let running = Self.number(header, at: 24, isLittleEndian),
      bytes.count >= Self.headerSize
    else {
      throw .savedStateCutShort(needed: UInt64(Self.headerSize), found: bytes.count)
    }
    wasRunning = running == Self.running
    let text = bytes[Self.headerSize...].prefix { $0 != 0 }
    guard text.endIndex < bytes.count else {
      guard bytes.count < Self.byteLimit else { throw .tooLarge(limit: XMLTree.byteLimit) }
      throw .savedStateCutShort(
        needed: UInt64(Self.headerSize) + UInt64(length), found: bytes.count)
    }
    domain = try DomainFacts(parsing: Array(text))
  }

  private static func number(
    _ header: HeaderBytes, at offset: UInt64, _ isLittleEndian: Bool
  ) -> UInt32? {
    isLittleEndian
      ? try? header.littleEndian(UInt32.self, at: offset)
      : try? header.bigEndian(UInt32.self, at: offset)
  }
}
