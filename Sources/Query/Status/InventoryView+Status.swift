public import Database
internal import Model
internal import Rules

extension InventoryView {
  /// How it stands after this scan.
  public func status() throws(StoreFault) -> InventoryStatus {
    let scans = try scans()
    guard let scan = scans.last else { throw StoreFault.noScan(file) }
    let findings = try findings(kinds: [], pool: nil, since: nil)
    let opened = findings.count { $0.since.scan == point.scan }
    return try reading { transaction in
      // As right after the scan: a cause could be repaired then, whatever became of it.
      InventoryStatus(
        host: try transaction.hostName(), scan: point, state: scan.state,
        images: try transaction.imageCount(), pools: try transaction.pools(countingFindings: false),
        counts: Dictionary(grouping: findings.filter { $0.acknowledged == nil }, by: \.severity)
          .mapValues(\.count),
        groups: try Causes(findings, at: point, isLatest: true, transaction.images(hitByEach:))
          .groups,
        opened: Int64(opened),
        closed: try transaction.closedCount(), stale: try transaction.staleParts().all(ofPool: nil),
        doubts: try transaction.doubtsOfOrphans())
    }
  }

  /// The findings of a cause that is open.
  /// - Throws: `unknownCause` where none is.
  public func findings(ofCause number: Int64) throws(StoreFault) -> [Finding] {
    let found = try findings(kinds: [], pool: nil, since: nil).filter { $0.causeNumber == number }
    if found.isEmpty { throw StoreFault.unknownCause(number, scan: point.scan) }
    return found
  }
}

extension ReadTransaction {
  fileprivate func closedCount() throws -> Int64 {
    try value("SELECT findings_closed FROM scan WHERE id = (SELECT scan FROM asof)") ?? 0
  }
}
