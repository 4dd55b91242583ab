package import Database
internal import GRDB
internal import Model

/// Which machines stand on images, over any number of links: those that an image's fault keeps from
/// starting. Each image is looked at once, however many findings lead through it.
package struct MachinesAbove {
  /// Names that are kept of one image; a base of more machines than that is told by as many.
  static let limit = 1000

  private var known: [Key: Set<String>] = [:]
  /// The images to which machines ever referred; of no other anything is asked.
  private var used: Set<Int64>?

  private struct Key: Hashable {
    let image: Int64
    let scan: Int64
  }

  /// The names of the machines whose definition, or whose running process, reaches an image; in order.
  package mutating func names(above image: Int64, _ transaction: ReadTransaction) throws -> [String]
  {
    if used == nil { used = try Self.everUsed(transaction) }
    if used?.isEmpty == true { return [] }
    try collect(above: image, transaction)
    return known[Key(image: image, scan: transaction.at)].map { $0.sorted() } ?? []
  }

  /// Up with a list of its own, then down again: no chain is too long for it, and a cycle ends.
  private mutating func collect(above lowest: Int64, _ transaction: ReadTransaction) throws {
    var path: [(image: Int64, overlays: [Int64])] = []
    var waiting = [lowest]
    while let image = waiting.popLast() {
      let key = Key(image: image, scan: transaction.at)
      guard known[key] == nil else { continue }
      known[key] = try used?.contains(image) == true ? machines(on: image, transaction) : []
      let overlays = try overlays(on: image, transaction)
      path.append((image, overlays))
      waiting += overlays
    }
    // Of a cycle, whose members are errors all the same, each has what was met before it.
    for (image, overlays) in path.reversed() {
      let key = Key(image: image, scan: transaction.at)
      for overlay in overlays {
        let above = known[Key(image: overlay, scan: transaction.at)] ?? []
        // Images of one chain that no machine names itself share one set.
        if known[key]?.isEmpty == true {
          known[key] = above
          continue
        }
        for name in above where (known[key]?.count ?? 0) < Self.limit { known[key]?.insert(name) }
      }
    }
  }

  private func overlays(on image: Int64, _ transaction: ReadTransaction) throws -> [Int64] {
    try Array(
      transaction.rows(
        "SELECT DISTINCT holder FROM link_at WHERE target_image = :image AND holder > 0",
        ["image": image]
      ).map { $0[0] as Int64 })
  }

  /// By the rows of machines alone, which are few beside those of images, in any scan.
  private static func everUsed(_ transaction: ReadTransaction) throws -> Set<Int64> {
    try Set(
      Array(
        transaction.rows(
          // Not by the index of targets, which has those of images as well.
          "SELECT target_image FROM link WHERE holder < 0 AND +target_image IS NOT NULL"
        ).map { $0[0] as Int64 }))
  }

  private func machines(on image: Int64, _ transaction: ReadTransaction) throws -> Set<String> {
    let found = try transaction.rows(
      """
      SELECT DISTINCT domain.name FROM link_at AS link
      JOIN reference_at AS reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal
      JOIN domain ON domain.id = link.holder
      WHERE link.target_image = :image AND link.holder < 0 AND EXISTS (
        SELECT 1 FROM json_each(reference.detail, '$.documents')
        WHERE value IN ('definition', 'live'))
      ORDER BY domain.name LIMIT \(Self.limit)
      """, ["image": image])
    return Set(try Array(found.map { $0[0] as String }))
  }
}
