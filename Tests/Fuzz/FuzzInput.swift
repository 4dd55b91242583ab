import DiskImage

/// What a fuzzer made up: an image, or a reference that an image holds.
///
/// The first byte chooses. Even, an image follows, with right checksums where the byte's second bit is set
/// (see `Seal`): its length (8 bytes, big-endian), then its pieces to the end of the input, each with an
/// offset (8 bytes), a length (2 bytes) and so many bytes; all else in the image is zeros. So a few bytes
/// stand for an image of any length with structures anywhere in it. Odd, a reference follows: a byte for
/// its role, one for the format that holds it, and the stored string.
///
/// `Scripts/make-fuzz-seed` writes a real image in this form.
struct FuzzInput {
  /// The whole input.
  let bytes: [UInt8]

  /// An input, of any bytes.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads what the input stands for; gives the first promise that was broken, and `nil` for none.
  func brokenPromise() -> String? {
    guard let choice = bytes.first else { return nil }
    return choice & 1 == 0 ? brokenByImage(isSealed: choice & 2 != 0) : brokenByReference()
  }

  private func brokenByImage(isSealed: Bool) -> String? {
    let image = MadeUpImage(bytes.dropFirst(), isSealed: isSealed)
    guard let facts = try? ImageFacts.reading(image) else {
      return "an image could not be read"
    }
    let most = Self.mostBytes(of: facts.format)
    guard image.bytesAskedFor <= most else {
      return "of \(facts.format) \(image.bytesAskedFor) bytes were read, and \(most) are promised"
    }
    for reference in facts.references {
      if reference.stored.isEmpty { return "a reference is empty" }
      if let broken = Self.broken(reference.stored, reference.role, facts.format) { return broken }
    }
    if let fault = facts.fault, fault.reason.isEmpty { return "a fault has no reason" }
    if let broken = Self.brokenMap(of: facts.format, image) { return broken }
    // The checksums of a sealed image depend on what is read at once.
    if !isSealed, let first = try? image.bytes(at: 0, count: 1024),
      let short = ImageFacts.reading(beginning: first, of: image.byteCount), short != facts
    {
      return "a short head says something else"
    }
    return nil
  }

  /// Walks over the first stretches of the guest's disk: each goes on where the one before ended.
  private static func brokenMap(of format: ImageFormat, _ image: MadeUpImage) -> String? {
    guard var map = try? GuestMap(of: format, image) else { return nil }
    var offset: UInt64 = 0
    for _ in 0..<256 where offset < map.size {
      guard let stretch = try? map.stretch(from: offset, image) else { return nil }
      let range = stretch.range
      guard range.lowerBound == offset, range.upperBound > offset, range.upperBound <= map.size
      else { return "a stretch of the guest's disk is empty, or ends beyond it" }
      offset = range.upperBound
    }
    return nil
  }

  private func brokenByReference() -> String? {
    guard bytes.count > 2 else { return nil }
    let roles = ReferenceRole.allCases
    let formats = ImageFormat.allCases
    return Self.broken(
      Array(bytes.dropFirst(3)), roles[Int(bytes[1]) % roles.count],
      formats[Int(bytes[2]) % formats.count])
  }

  private static func broken(
    _ stored: [UInt8], _ role: ReferenceRole, _ format: ImageFormat
  ) -> String? {
    let directory = Array("/images".utf8)
    _ = ReferenceTarget.redacting(stored)
    for target in [
      ReferenceTarget(parsing: stored, in: directory),
      ReferenceTarget(parsing: stored, as: role, heldBy: format, in: directory),
    ] {
      if (target.type == nil) != (target.invalid != nil) {
        return "a target neither means something nor says why not"
      }
      if let path = target.path, path.first != UInt8(ascii: "/") {
        return "a path is not absolute"
      }
    }
    return nil
  }

  /// Bytes that may be asked for in all, the head of 4096 included: what each reader promises.
  private static func mostBytes(of format: ImageFormat) -> Int {
    switch format {
    case .raw: 4096 + 512 + 8208
    case .qcow: 4096 + 1023
    case .qcow2: 4096 + 65_536 + 16_384 + 2 * 1_048_576 + 592
    case .qed: 4096 + 4095
    case .vmdk: 4096 + 10_239 + 1_048_576 + 1536 + 512
    case .vpc: 4096 + 1024 + 8 * 65_536
    case .vhdx: 4096 + 2 * 4096 + 2 * 65_536 + 4096 + 65_536 + 3 * 16_384 + 2 * 1_048_576
    case .parallels: 4096 + 262_144 + 8
    case .vdi, .luks, .bochs, .cloop: 4096
    case .dmg: 4096 + 512
    }
  }
}

/// An image of zeros with pieces in it, that counts what is asked for.
final class MadeUpImage: ByteSource {
  let byteCount: UInt64
  private(set) var bytesAskedFor = 0
  private var pieces: [(offset: UInt64, bytes: ArraySlice<UInt8>)] = []

  private let isSealed: Bool

  init(_ input: ArraySlice<UInt8>, isSealed: Bool) {
    self.isSealed = isSealed
    var rest = input
    byteCount = rest.takeNumber(bytes: 8)
    while !rest.isEmpty {
      let offset = rest.takeNumber(bytes: 8)
      let count = Int(clamping: rest.takeNumber(bytes: 2))
      pieces.append((offset, rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
  }

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    bytesAskedFor += max(count, 0)
    guard count > 0, offset < byteCount else { return [] }
    let length = min(UInt64(count), byteCount - offset)
    var window = [UInt8](repeating: 0, count: Int(clamping: length))
    for piece in pieces {
      guard piece.offset < offset + length, let last = piece.bytes.indices.last else { continue }
      let skipped = piece.offset < offset ? offset - piece.offset : 0
      guard skipped < UInt64(piece.bytes.count) else { continue }
      let first = piece.bytes.startIndex + Int(clamping: skipped)
      var place = Int(clamping: piece.offset < offset ? 0 : piece.offset - offset)
      for index in first...last where place < window.count {
        window[place] = piece.bytes[index]
        place += 1
      }
    }
    return isSealed ? Seal.sealed(window) : window
  }
}

extension ArraySlice<UInt8> {
  /// Takes a big-endian number of so many bytes, or of what is left.
  fileprivate mutating func takeNumber(bytes count: Int) -> UInt64 {
    let number = prefix(count).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    self = dropFirst(count)
    return number
  }
}
