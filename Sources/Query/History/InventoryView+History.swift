public import Database
public import Model

extension InventoryView {
  /// The life of an image, or of every image that ever stood at a path, oldest event first.
  public func history(_ selector: ImageSelector) throws(StoreFault) -> [Event] {
    try reading { try $0.history(of: selector) }
  }
}
