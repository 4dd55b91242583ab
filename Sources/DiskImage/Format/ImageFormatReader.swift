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

  /// The format that the magic promises, even if the rest is invalid.
  static var format: ImageFormat { get }
}

/// Reads one format that is known by the last bytes of an image alone. A conforming type lives in the
/// folder of its format and has one line in `ImageFacts.trailerReaders`.
protocol ImageTrailerReader: SendableMetatype {
  /// Whether the image is of this format, judged by its last `ImageFacts.trailerLength` bytes.
  static func recognises(_ trailer: HeaderBytes) -> Bool

  /// What the trailer says. Nothing else is read.
  static func facts(trailer: HeaderBytes) throws(HeaderFault) -> ImageFacts

  /// The format that the magic promises, even if the rest is invalid.
  static var format: ImageFormat { get }
}

extension ImageFacts {
  /// Bytes read from the start of every image before its format is known.
  public static let headLength = 4096

  /// Every format with a magic, in the order in which they are tried; raw is what remains.
  static let readers: [any ImageFormatReader.Type] = [
    QCOW2Reader.self, VMDKReader.self, VPCReader.self, VHDXReader.self, VDIReader.self,
    QCOWReader.self, QEDReader.self, LUKSReader.self, ParallelsReader.self, BochsReader.self,
    CloopReader.self,
  ]

  /// Bytes read from the end of every image that no magic at its start makes known, where it is longer.
  static let trailerLength = 512

  /// Every format with a magic at its end, in the order in which they are tried.
  static let trailerReaders: [any ImageTrailerReader.Type] = [DMGReader.self]

  /// Reads what an image says of itself.
  ///
  /// Never fails for what the bytes say: an invalid header is a fact (`fault`).
  /// - Throws: when the first bytes of the image cannot be read at all.
  public static func reading<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source
  ) throws(ReadFault) -> ImageFacts {
    reading(source, head: try source.bytes(at: 0, count: headLength))
  }

  /// Reads what an image says of itself from its beginning alone, which may be shorter than `headLength`:
  /// where a format has a `usualLength`, an image of it seldom needs more, and says the same then.
  /// - Parameter byteCount: the length of the whole image in bytes.
  /// - Returns: `nil` where more has to be read, for formats without such a length, and for every fault.
  public static func reading(beginning bytes: [UInt8], of byteCount: UInt64) -> ImageFacts? {
    let head = HeaderBytes(bytes)
    guard let reader = readers.first(where: { $0.recognises(head) }),
      reader.format.traits.usualLength != nil,
      let facts = try? reader.facts(head: head, source: NothingMore(byteCount: byteCount)),
      facts.fault == nil
    else { return nil }
    return facts
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
        return ImageFacts(format: reader.format, fault: error)
      }
    }
    do {
      let trailer = try trailer(of: source)
      return facts(trailer: trailer)
        ?? RawContent.facts(head: head, trailer: trailer, source: source)
    } catch {
      var facts = RawContent.facts(of: source)
      facts.fault = error
      return facts
    }
  }

  /// The last bytes of an image that is longer; `nil` where it is not.
  private static func trailer<Source: ByteSource & ~Copyable>(
    of source: borrowing Source
  ) throws(HeaderFault) -> HeaderBytes? {
    let length = UInt64(trailerLength)
    guard source.byteCount > length else { return nil }
    return try HeaderBytes(
      reading: source, at: source.byteCount - length, count: trailerLength)
  }

  /// Facts of an image whose format is known by its end; `nil` for every other one.
  private static func facts(trailer: HeaderBytes?) -> ImageFacts? {
    guard let trailer, let reader = trailerReaders.first(where: { $0.recognises(trailer) }) else {
      return nil
    }
    do {
      return try reader.facts(trailer: trailer)
    } catch {
      return ImageFacts(format: reader.format, fault: error)
    }
  }

  private init(format: ImageFormat, fault: HeaderFault) {
    self.init(format: format)
    self.fault = fault
  }
}

/// An image of which no more can be read than is at hand.
private struct NothingMore: ByteSource {
  let byteCount: UInt64

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    // Never reported: the caller falls back to reading the image itself.
    throw ReadFault(code: 0)
  }
}
