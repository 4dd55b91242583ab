public import Database
public import Model
internal import Rules

extension InventoryView {
  /// An image and everything under it, top first; it ends where a link does, and a cycle is shown
  /// once round.
  public func chain(_ selector: ImageSelector) throws(StoreFault) -> [Image] {
    try reading { transaction in
      let parts = try transaction.staleParts()
      return try transaction.chain(of: try transaction.number(of: selector)).map { id in
        guard let image = try transaction.image(id) else {
          throw StoreFault.unknownImage("#\(id)", scan: point.scan)
        }
        return image.marked(by: parts)
      }
    }
  }
}
