public import Model

/// Where a bundle begins.
public enum BundleStart: Hashable, Sendable {
  /// With everything that the host remembers.
  case full
  /// After the scan that has a token.
  case after(ScanToken)
  /// After the last scan that a destination has said that it has; with everything where it has said nothing, or that
  /// scan is forgotten.
  case unsent(destination: String)
}
