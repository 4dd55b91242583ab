/// What a file holds that is of no image format: a partition table, a file system, or nothing known.
enum RawContent {
  /// Facts of a raw image.
  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) -> ImageFacts {
    var facts = ImageFacts(format: .raw)
    facts.virtualSize = source.byteCount
    return facts
  }
}
