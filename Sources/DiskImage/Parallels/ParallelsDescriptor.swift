/// What the descriptor of a Parallels bundle says: the disk's size, and its image files.
///
/// Source: QEMU docs/interop/prl-xml, "Description file". The text is scanned for the elements that are
/// wanted, in the places where they belong; it is not parsed as XML at large (see `TagScan`).
struct ParallelsDescriptor {
  /// Bytes that are looked at; a bundle with hundreds of snapshots has not so many.
  static let maxLength = 262_144

  /// One image file of the bundle.
  struct Image {
    /// The path as it is written, relative to the descriptor or absolute; any bytes.
    var file: [UInt8] = []
    /// `Plain` or `Compressed`.
    var type: [UInt8] = []

    /// The image file as an extent of the disk.
    var reference: StoredReference {
      let format: String? =
        switch String(decoding: type, as: UTF8.self) {
        case "Plain": "raw"
        case "Compressed": "parallels"
        case _: nil
        }
      return StoredReference(
        role: .extent, stored: file, recordedFormat: format.map { Array($0.utf8) })
    }
  }

  /// The image files that have a name, in the order of the text.
  private(set) var images: [Image] = []
  private var diskSize: [UInt8]?
  private var current = Image()
  private var firstFault: HeaderFault?

  /// Reads the text to its end, or to what cannot be read.
  mutating func read(_ text: [UInt8]) throws(HeaderFault) {
    var scan = TagScan(text)
    while let element = try scan.nextElement() {
      note(element)
    }
  }

  private mutating func note(_ element: TagScan.Element) {
    let (root, storage) = ("Parallels_disk_image", "StorageData")
    switch element.path.count {
    case 3 where element.stands(at: root, "Disk_Parameters", "Disk_size"):
      diskSize = Array(element.text)
    case 4 where element.stands(at: root, storage, "Storage", "Image"): endImage()
    case 5 where element.stands(at: root, storage, "Storage", "Image", "File"):
      current.file = Array(element.text)
    case 5 where element.stands(at: root, storage, "Storage", "Image", "Type"):
      current.type = Array(element.text)
    case _: return
    }
  }

  private mutating func endImage() {
    let image = current
    current = Image()
    guard !image.file.isEmpty else {
      note(.contradiction(field: "File", reason: "of an image is missing"))
      return
    }
    images.append(image)
    if image.reference.recordedFormat == nil {
      note(.contradiction(field: "Type", reason: "of an image is neither Plain nor Compressed"))
    }
  }

  private mutating func note(_ fault: HeaderFault) { firstFault = firstFault ?? fault }

  /// Bytes that a guest sees.
  /// - Throws: where the text does not say, or says what cannot be.
  var virtualSize: UInt64 {
    get throws(HeaderFault) {
      guard let diskSize else { throw .contradiction(field: "Disk_size", reason: "is missing") }
      guard let sectors = UInt64(String(decoding: diskSize, as: UTF8.self)) else {
        throw .contradiction(field: "Disk_size", reason: "is not a number of 64 bits")
      }
      return try sectors.checked(within: 0...ParallelsHeader.maxSectors, field: "Disk_size") * 512
    }
  }

  /// Checks that there is an image, and that each has what it must have.
  func check() throws(HeaderFault) {
    if let firstFault { throw firstFault }
    guard !images.isEmpty else { throw .contradiction(field: "Image", reason: "is missing") }
  }
}

extension ParallelsDescriptor {
  /// Whether the image begins with a descriptor: with XML, and its element within 1024 bytes.
  static func begins(_ head: HeaderBytes) -> Bool {
    // Every image that is not of another format comes by: most end here.
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let start = head.holds(mark, at: 0) ? mark.count : 0
    guard head.holds("<", at: UInt64(start)) else { return false }
    return head.bytes.prefix(1024).firstPlace(of: "<Parallels_disk_image") != nil
  }

  /// The whole text.
  /// - Throws: where it is longer than what is looked at.
  static func text<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> [UInt8] {
    guard source.byteCount > UInt64(head.bytes.count) else { return head.bytes }
    guard let count = Int(exactly: source.byteCount), count <= maxLength else {
      throw .contradiction(
        field: "Parallels_disk_image", reason: "is longer than \(maxLength) bytes")
    }
    return try HeaderBytes(reading: source, at: 0, count: count).bytes
  }
}
