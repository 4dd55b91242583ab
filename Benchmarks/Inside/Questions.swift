import Database
import Model
import Query
import Record
import Rules
import Sighting

/// What answers cost that are asked of a database of 10,000 images, 1,000 findings and two nights.
func measureQuestions() {
  let path = SyntheticPool.path(directory: 42, image: 99)
  let base = SyntheticPool.path(directory: 42, image: 96)
  measureOpening()
  measureQuestion("list ×\(SyntheticPool.count)", count: SyntheticPool.count) { view in
    var count = 0
    try view.images(format: nil, pool: nil, includingOther: false) { _ in count += 1 }
    return count
  }
  measureQuestion("show", count: 1) { view in
    try view.image(.path(path)).references?.count ?? 0
  }
  measureQuestion("chain of 4", count: 4) { view in try view.chain(.path(path)).count }
  measureQuestion("dependents, 3 of them", count: 3) { view in
    try view.dependents([.path(base)]).count
  }
  measureQuestion("check, 1,000 findings", count: 1000) { view in
    try view.findings(kinds: [], pool: nil, since: nil).count
  }
  measureQuestion("diff, 100 changes", count: SyntheticPool.directories) { view in
    try view.diff(from: .latest(back: 1), to: .latest(back: 0)).changes.count
  }
}

private func measureOpening() {
  let folder = TemporaryFolder()
  measure("query: opening a database", in: folder) {
    try makeTwoNights(in: folder)
  } before: { database in
    database
  } call: { database in
    try Inventory(reading: database).view(at: .latest(back: 0)).point
  }
}

/// Measures a question to a view that is open; `count` is how many things the answer has.
private func measureQuestion(
  _ name: String, count: Int, ask: @escaping (InventoryView) throws -> Int
) {
  let folder = TemporaryFolder()
  measure("query: \(name)", in: folder) {
    try Inventory(reading: try makeTwoNights(in: folder)).view(at: .latest(back: 0))
  } before: { view in
    view
  } call: { view in
    let found = try ask(view)
    try Unexpected.unless(found == count, "\(name): \(found) were found, not \(count)")
    return found
  }
}

/// A database in which 1 % changed in the second night, and ten images of each directory lost their base.
private func makeTwoNights(in folder: TemporaryFolder) throws -> PathBytes {
  let database = folder.path("two.sqlite")
  let pool = try SyntheticPool(broken: 10)
  let first = try Night(1, in: database)
  try first.write(try pool.whole(night: 1))
  let second = try Night(2, in: database)
  try second.write(try pool.changed(night: 2, known: second.known))
  try second.close()
  return database
}
