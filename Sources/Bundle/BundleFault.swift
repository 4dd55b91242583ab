public import Model

/// Why no bundle could be written. Every case becomes one sentence for the user.
public enum BundleFault: Error, Hashable, Sendable {
  /// No scan of the database has the token.
  case unknownToken(ScanToken, PathBytes)
  /// The scan is forgotten, on which the bundle is to stand.
  case forgottenScan(Int64)
  /// The last scan was made by a version that gave no tokens.
  case noToken(Int64)
  /// Scans of these hosts are in one database.
  case severalHosts([String], PathBytes)

  /// The fault as a sentence: the problem first, the subject in quotes, then the remedy.
  public var message: String {
    switch self {
    case .unknownToken(let token, let file):
      "no scan of '\(file.displayText)' has the token \(token.text): it was put back from a copy, or is another "
        + "database; 'backstory export --new-generation' lets the centre begin with it anew"
    case .forgottenScan(let scan):
      "scan \(scan) is forgotten, and what ended after it with it; send everything with 'backstory export --full'"
    case .noToken(let scan):
      "scan \(scan), the last, was made by an older backstory and has no token; run 'backstory scan' first"
    case .severalHosts(let names, let file):
      "'\(file.displayText)' has scans of several hosts (\(names.joined(separator: ", "))), and a centre takes one "
        + "of each database; scan into a database of this host's own"
    }
  }
}
