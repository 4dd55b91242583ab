public import Database
internal import GRDB
internal import Model
public import Rules

extension InventoryView {
  /// The last base that an image named, where its header is spoilt by the length of the name alone.
  public func baseBeforeFault(of image: Int64) throws(StoreFault) -> EarlierBase? {
    try reading { transaction in
      let fault: String? = try transaction.value(
        "SELECT fault FROM image_state_at WHERE image = :image", ["image": image])
      return try transaction.baseBeforeFault(of: image, fault: fault)
    }
  }
}
