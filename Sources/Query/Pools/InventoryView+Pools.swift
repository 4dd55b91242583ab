public import Database
public import Model

extension InventoryView {
  /// All pools in byte order of their paths; the findings are counted for whoever shows them.
  public func pools(countingFindings: Bool = true) throws(StoreFault) -> [PoolSummary] {
    try reading { try $0.pools(countingFindings: countingFindings) }
  }

  /// All scans up to this one, oldest first.
  public func scans() throws(StoreFault) -> [ScanSummary] { try reading { try $0.scans() } }
}
