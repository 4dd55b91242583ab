public import DiskImage
public import Model

/// What the bytes of a file said when a scan read them.
///
/// A reference type, so that the reading thread can hand it to the writing thread without copying; it is most of what a scan knows about a file.
public final class SeenHeader: Sendable {
  /// Bytes from the start of a file that `digest` covers: a header with its extensions and its backing name,
  /// or a partition table; what is beyond changes without telling anything.
  public static let digestedLength = 1024

  /// What the bytes say.
  public let facts: ImageFacts
  /// What the image refers to, in the order of `facts.references`.
  package let references: [SeenReference]
  /// Of the first `digestedLength` bytes of the file.
  package let digest: Int64
  /// A number for what is particular to the format: equal within this process where that is, 0 where there is
  /// nothing.
  package let detailHash: Int

  /// What was read of a file in a directory, an absolute path; `last` is of the file before it, which often
  /// is of the same make.
  public init(
    _ facts: consuming ImageFacts, digest: Int64, in directory: PathBytes,
    after last: SeenHeader? = nil
  ) {
    self.digest = digest
    let format = facts.format
    references = facts.references.map { SeenReference($0, heldBy: format, in: directory) }
    if let last, last.hasDetail(of: facts) {
      detailHash = last.detailHash
      facts.formatSpecific = last.facts.formatSpecific
    } else {
      detailHash = facts.detailHash
    }
    self.facts = facts
  }

  /// Whether an image has the same detail. Asks for one part after the other: all at once would be copied.
  private func hasDetail(of other: borrowing ImageFacts) -> Bool {
    facts.formatSpecific == other.formatSpecific && facts.snapshots == other.snapshots
      && facts.identifiers == other.identifiers && facts.parentNames == other.parentNames
  }
}
