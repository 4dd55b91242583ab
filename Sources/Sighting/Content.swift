/// What overlays see of an image, as it was measured.
public struct Content: Hashable, Sendable {
  /// How contents are measured.
  package enum Method: Int64, Sendable {
    /// A digest of the bytes of the image's files.
    case files = 1
    /// Sums over the blocks that a guest sees, at a level and at those above it.
    case guest = 2
  }

  package let method: Method
  /// Of `guest`: 0, where every block was read; k, where it was one of 2^k. Of `files`: 1, where it is known that
  /// the image's tables cannot be read.
  package let level: Int64
  /// The measure as the database keeps it.
  package let ladder: [UInt8]

  /// A digest of the bytes of the files of an image; whether that was all that could be measured.
  public init(digest: Int64, isLast: Bool) {
    method = .files
    level = isLast ? 1 : 0
    ladder = Array(String(digest).utf8)
  }

  /// Sums over blocks: of those of a level, of those of the next, and so on.
  public init(level: Int, sums: [UInt64]) {
    method = .guest
    self.level = Int64(level)
    ladder = sums.flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } }
  }

  /// A content as the database keeps it; `nil` where it was measured in a way that is not known.
  package init?(method: Int64, level: Int64, ladder: [UInt8]) {
    guard let method = Method(rawValue: method) else { return nil }
    self.method = method
    self.level = level
    self.ladder = ladder
  }

  /// Whether every block was read.
  public var isWhole: Bool { method == .guest && level == 0 }

  /// Whether two contents are one, as far as both were read; `nil` where they cannot be compared.
  ///
  /// What differs is another content for certain. What was read in part and does not differ is taken for the same.
  public func isSame(as other: Content) -> Bool? {
    guard method == other.method else { return nil }
    guard method == .guest else { return ladder == other.ladder }
    let common = max(level, other.level)
    guard let one = sum(at: common), let two = other.sum(at: common) else { return nil }
    return one == two
  }

  private func sum(at level: Int64) -> ArraySlice<UInt8>? {
    let start = (level - self.level) * 8
    guard start >= 0, start + 8 <= ladder.count else { return nil }
    return ladder[Int(start)..<Int(start) + 8]
  }
}
