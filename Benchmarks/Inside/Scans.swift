import Host
import Model
import Storage
import Workflow

/// What a scan costs inside the process: walk, read, stage, reconcile, judge and write.
func measureScans() {
  let first = TemporaryFolder()
  measure("scan: first ×\(ImageTree.count)", in: first) {
    try ImageTree(in: first)
  } before: { tree in
    (tree, first.newDatabase())
  } call: { tree, database in
    try scan(tree, database)
  } after: { _, database in
    try first.removeDatabase(database)
  }

  let again = TemporaryFolder()
  measure("scan: unchanged ×\(ImageTree.count)", in: again) {
    let tree = try ImageTree(in: again)
    let database = again.newDatabase()
    // A file younger than two seconds is read again the next time.
    Clock.sleep(milliseconds: 2500)
    try scan(tree, database)
    return (tree, database)
  } before: { known in
    known
  } call: { tree, database in
    let unchanged = try scan(tree, database).scan.counts.unchanged
    try Unexpected.unless(unchanged == ImageTree.count, "\(unchanged) images were unchanged")
    return unchanged
  }
}

@discardableResult
private func scan(_ tree: ImageTree, _ database: PathBytes) throws -> ScanResult {
  let request = ScanRequest(pools: [.init(name: "pool", path: tree.path)])
  return try Scan(request, database: database, stop: try StopSignal()).run { _ in }
}
