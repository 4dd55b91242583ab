internal import GRDB

/// Numbers for things that are known by a name: the numbers of the database where it has them, the
/// next free ones otherwise. One process writes, so numbers given before the transaction hold.
struct NumberedNames<Name: Hashable & Sendable> {
  private var numbers: [Name: Int64] = [:]
  private var next: Int64
  /// What is not in the database yet, in the order of the numbers.
  private(set) var fresh: [(number: Int64, name: Name)] = []

  /// Numbers for the rows of `table`, which has its names' numbers in the column `id`.
  init(_ database: Database, table: String) throws {
    next = (try Int64.fetchOne(database, sql: "SELECT max(id) FROM \(table)") ?? 0) + 1
  }

  /// The number of a name that was asked for before.
  subscript(name: Name) -> Int64? { numbers[name] }

  /// The number of a name that is not known here: the one that was found, or the next free one.
  mutating func number(_ name: Name, found: Int64?) -> Int64 {
    let number = found ?? next
    if found == nil {
      next += 1
      fresh.append((number, name))
    }
    numbers[name] = number
    return number
  }

  /// The name with a number that is not written yet.
  func freshName(_ number: Int64) -> Name? {
    guard let first = fresh.first?.number, number >= first, number - first < fresh.count else {
      return nil
    }
    return fresh[Int(number - first)].name
  }

  /// Forgets what was fresh, once it is written.
  mutating func wroteFresh() { fresh.removeAll() }
}
