public import Database
internal import GRDB
public import Model
internal import Rules

extension InventoryView {
  /// The images that change most, the busiest first.
  public func churn(top: Int, since: When?) throws(StoreFault) -> [Churn] {
    let start = try times.start(since)
    return try reading { transaction in
      let found = try Array(
        transaction.rows(
          StatementText.text(PackageResources.ask_churn_sql), ["top": top, "since": start ?? 0]
        ).map { (image: $0[0] as Int64, changes: $0[1] as Int64, bytes: $0[2] as Int64) }
      )
      return try found.compactMap { image, changes, bytes in
        guard let path = try transaction.lastPlace(of: image) else { return nil }
        return Churn(
          filename: path, imageID: image, changes: changes, bytes: UInt64(clamping: bytes))
      }
    }
  }
}
