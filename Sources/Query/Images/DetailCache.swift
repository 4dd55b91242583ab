internal import GRDB
internal import Sighting

/// Details by number; images of one make share one, which is then decoded once. And what else is asked once for many
/// images.
struct DetailCache {
  /// Which of the images stand on a base that changed.
  var spoilt = SpoiltChains()
  private let database: Database
  private var known: [Int64: ImageDetail] = [:]
  /// More are decoded again: a pool of a million images with bitmaps has a million details.
  private static let limit = 4096

  init(_ database: Database) { self.database = database }

  subscript(number: Int64?) -> ImageDetail? {
    mutating get throws {
      guard let number else { return nil }
      if let detail = known[number] { return detail }
      let json = try String.fetchOne(
        database.cachedStatement(sql: "SELECT json FROM image_detail WHERE id = ?"),
        arguments: [number])
      guard let detail = try json.map(ImageDetail.init(json:)) else { return nil }
      if known.count >= Self.limit { known.removeAll() }
      known[number] = detail
      return detail
    }
  }
}
