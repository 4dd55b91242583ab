/// A kind of finding, by its word in the contract: `backing-missing`.
///
/// The kinds that there are stand with their rules, each in the file of its own.
public struct FindingKind: RawRepresentable, Sendable, Hashable {
  /// The word.
  public let rawValue: String

  /// The kind of a word, whether a rule knows it or not.
  public init(rawValue: String) { self.rawValue = rawValue }
}
