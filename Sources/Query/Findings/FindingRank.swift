internal import Model
internal import Rules

/// Where a finding stands among others: the worst first, then by path, kind and age.
struct FindingRank: Comparable {
  private let severity: Severity
  private let filename: PathBytes
  private let kind: String
  private let scan: Int64
  /// Where the finding was before.
  let position: Int

  init(_ kind: FindingKind, _ filename: PathBytes?, since scan: Int64, at position: Int) {
    severity = kind.severity
    self.filename = filename ?? ""
    self.kind = kind.rawValue
    self.scan = scan
    self.position = position
  }

  static func < (left: FindingRank, right: FindingRank) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.filename != right.filename { return left.filename < right.filename }
    if left.kind != right.kind { return left.kind < right.kind }
    return (left.scan, left.position) < (right.scan, right.position)
  }
}
