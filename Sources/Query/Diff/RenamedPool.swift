internal import Database
internal import Foundation
internal import GRDB
internal import Model

/// A pool that was at another path, or had another name, at the one scan than at the other.
struct RenamedPool {
  let from: (name: String, path: PathBytes)
  let to: (name: String, path: PathBytes)

  static func all(from before: ReadTransaction, to after: ReadTransaction) throws -> [RenamedPool] {
    let isAny: Bool? = try before.value("SELECT EXISTS (SELECT 1 FROM former_pool)")
    guard isAny == true else { return [] }
    let old = try roots(before)
    let new = try roots(after)
    return old.compactMap { number, from in
      guard let to = new[number], to.path != from.path || to.name != from.name else {
        return nil
      }
      return RenamedPool(from: from, to: to)
    }.sorted { $0.from.path > $1.from.path }
  }

  private static func roots(
    _ transaction: ReadTransaction
  ) throws -> [Int64: (name: String, path: PathBytes)] {
    var roots: [Int64: (name: String, path: PathBytes)] = [:]
    let rows = try transaction.rows("SELECT id, name, path FROM pool_at")
    while let row = try rows.next() { roots[row[0]] = (row[1], PathBytes(row[2] as Data)) }
    return roots
  }

  /// Lets an image of before stand where the pool is after.
  func carry(_ image: inout Image) {
    guard image.pool == from.name else { return }
    image.pool = to.name
    image.filename = carried(image.filename)
    image.otherNames = image.otherNames.map(carried)
    // A name that says the whole path still says it.
    guard image.backingFilename?.bytes.contains(from.path.bytes) != true else { return }
    image.fullBackingFilename = image.fullBackingFilename.map(carried)
  }

  /// Where a path of after was before.
  func formerly(_ path: PathBytes) -> PathBytes {
    Self.carry(path, from: to.path, to: from.path)
  }

  private func carried(_ path: PathBytes) -> PathBytes {
    Self.carry(path, from: from.path, to: to.path)
  }

  private static func carry(
    _ path: PathBytes, from old: PathBytes, to new: PathBytes
  ) -> PathBytes {
    guard path.bytes.starts(with: old.bytes) else { return path }
    let rest = path.bytes.dropFirst(old.bytes.count)
    guard rest.first == UInt8(ascii: "/") else { return path }
    return new.appending(rest.dropFirst())
  }
}
