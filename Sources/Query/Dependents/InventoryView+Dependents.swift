public import Database
public import Model

extension InventoryView {
  /// Everything that breaks if the images go: nearest first, then in byte order of the paths.
  public func dependents(_ selectors: [ImageSelector]) throws(StoreFault) -> [Dependent] {
    try reading { transaction in
      try transaction.dependents(of: try transaction.bases(selectors), depthLimit: .max)
    }
  }

  /// Whether it is known who may need an image by a broken reference: not after the last scan of an earlier
  /// version, until there is another.
  public func areClaimsJudged() throws(StoreFault) -> Bool {
    try reading { try $0.areClaimsJudged() }
  }
}
