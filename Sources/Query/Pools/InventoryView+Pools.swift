public import Database
public import Model

extension InventoryView {
  /// All pools in byte order of their paths.
  public func pools() throws(StoreFault) -> [PoolSummary] { try reading { try $0.pools() } }

  /// All scans up to this one, oldest first.
  public func scans() throws(StoreFault) -> [ScanSummary] { try reading { try $0.scans() } }
}
