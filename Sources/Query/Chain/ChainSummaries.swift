public import Database
internal import Rules

/// Whole chains in a few numbers, each image under several tops visited once.
struct ChainSummaries {
  private let transaction: ReadTransaction
  private let down: WayDown
  /// By image what lies from it to the lowest; `nil` for what leads into a cycle.
  private var known: [Int64: Span?] = [:]
  private var details: DetailCache

  /// An image and all that lies under it.
  private struct Span {
    var lowest: Int64
    var count: Int
    /// Allocated bytes, those of the image included.
    var size: UInt64
  }

  init(_ transaction: ReadTransaction) throws {
    self.transaction = transaction
    down = try WayDown(transaction)
    details = DetailCache(transaction.database)
  }

  /// The images right under some.
  func bases(of images: [Int64]) throws -> Set<Int64> {
    Set(try images.compactMap { try down.base(of: $0, at: transaction.at) })
  }

  /// The chain of an image; `nil` where it has no end, is the image alone, or leads to what stands nowhere.
  mutating func summary(of top: Int64) throws -> ChainSummary? {
    guard let span = try span(from: top), span.count > 1,
      let image = try transaction.image(top, &details),
      let lowest = try transaction.image(span.lowest, &details)
    else { return nil }
    return ChainSummary(
      top: image, lowest: lowest, count: span.count,
      sizeBelow: span.size.subtractingReportingOverflow(image.actualSize ?? 0).partialValue)
  }

  private mutating func span(from top: Int64) throws -> Span? {
    // Down with a list of its own, then up again: no chain is too long for it.
    var path: [Int64] = []
    var seen: Set<Int64> = []
    var below: Span?
    var next: Int64? = top
    while let image = next {
      guard seen.insert(image).inserted else { return forget(path) }
      if let found = known[image] {
        guard let found else { return forget(path) }
        below = found
        break
      }
      path.append(image)
      next = try down.base(of: image, at: transaction.at)
    }
    for image in path.reversed() {
      var span = below ?? Span(lowest: image, count: 0, size: 0)
      span.count += 1
      span.size = span.size.addingReportingOverflow(try size(of: image)).partialValue
      known[image] = span
      below = span
    }
    return below
  }

  private mutating func forget(_ path: [Int64]) -> Span? {
    for image in path { known[image] = .some(nil) }
    return nil
  }

  private func size(of image: Int64) throws -> UInt64 {
    let size: Int64? = try transaction.value(
      "SELECT actual_size FROM file_state_at WHERE image = :image", ["image": image])
    return size.map { UInt64(clamping: $0) } ?? 0
  }
}

extension InventoryView {
  /// The chains of images, by image; without those that have no end, or nothing under their top.
  /// - Parameter topsOnly: of several in one chain only the top, on which none of the others stands.
  public func chainSummaries(
    of images: [Int64], topsOnly: Bool
  ) throws(StoreFault) -> [Int64: ChainSummary] {
    try reading { transaction in
      var summaries = try ChainSummaries(transaction)
      let carrying = try topsOnly ? summaries.bases(of: images) : []
      var found: [Int64: ChainSummary] = [:]
      for image in images where !carrying.contains(image) {
        found[image] = try summaries.summary(of: image)
      }
      return found
    }
  }
}
