internal import Database
public import Model

extension InventoryView {
  /// An image as a disk with its whole chain.
  /// - Throws: `StoreFault`, or `DiskRefusal` where anything in it would be a guess.
  public func disk(_ selector: ImageSelector) throws -> ExplicitDisk {
    try refusing { try $0.disk(ofImage: try $0.number(of: selector)) }
  }

  /// The disks of a domain, named by its name or UUID, in the order of its XML; with a target, one.
  /// - Throws: `StoreFault`, or `DiskRefusal` where anything in them would be a guess.
  public func disks(ofDomain name: String, target: String?) throws -> [ExplicitDisk] {
    try refusing { try $0.disks(ofDomain: name, target: target) }
  }

  /// Carries a refusal past the door where all other errors become faults of the store.
  private func refusing<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value {
    try reading { asked -> Result<Value, DiskRefusal> in
      do {
        return .success(try body(asked))
      } catch let refusal as DiskRefusal {
        return .failure(refusal)
      }
    }.get()
  }
}
