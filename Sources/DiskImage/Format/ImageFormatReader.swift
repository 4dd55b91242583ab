/// Reads one format. A conforming type lives in the folder of its format and has one line in
/// `ImageFacts.readers`.
protocol ImageFormatReader: SendableMetatype {
  /// Whether the image is of this format, judged by the first `ImageFacts.headLength` bytes.
  static func recognises(_ head: HeaderBytes) -> Bool

  /// What the header says. Bytes beyond `head` come from `source`; how many at most, each reader
  /// states in its own documentation.
  ///
  /// A reader returns what it could read beside `fault` where that is worth having, and throws where
  /// nothing is.
  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts

  /// The format that the magic promises, also when the rest cannot be true.
  static var format: ImageFormat { get }
}

extension ImageFacts {
  /// Bytes read from the start of every image before its format is known.
  public static let headLength = 4096

  /// Every format with a magic, in the order in which they are tried; raw is what remains.
  static let readers: [any ImageFormatReader.Type] = [
    QCOW2Reader.self, VMDKReader.self, VPCReader.self, VHDXReader.self, VDIReader.self,
  ]

  /// Reads what an image says of itself.
  ///
  /// Never fails for what the bytes say: a header that cannot be true is a fact (`fault`).
  /// - Throws: when the first bytes of the image cannot be read at all.
  public static func reading<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source
  ) throws(ReadFault) -> ImageFacts {
    reading(source, head: try source.bytes(at: 0, count: headLength))
  }

  /// Reads what an image says of itself, where its first `headLength` bytes are at hand already.
  public static func reading<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, head bytes: [UInt8]
  ) -> ImageFacts {
    let head = HeaderBytes(bytes)
    for reader in readers where reader.recognises(head) {
      do {
        return try reader.facts(head: head, source: source)
      } catch {
        var facts = ImageFacts(format: reader.format)
        facts.fault = error
        return facts
      }
    }
    return RawContent.facts(head: head, source: source)
  }
}
