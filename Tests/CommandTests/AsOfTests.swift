import Foundation
import Testing

/// The views of `as-of.sql`, which show the tables as they were after a scan.
@Suite(RealPool.needsQemuImg) struct AsOfTests {
  /// Four scans: a domain, a pool that gets another name, an image that moves and one that goes.
  private func recorded() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.define("web", tree.disk("web.qcow2"), tree.disk("data.qcow2", "vdb"))
    try tree.images.shell("ln -s web.qcow2 link.qcow2")
    try tree.scan()
    try tree.rename(to: "fast")
    try tree.images.shell("mv web.qcow2 other.qcow2")
    try tree.scan()
    try tree.images.image("data.qcow2")
    try tree.scan()
    try tree.images.shell("mv other.qcow2 web.qcow2; rm base.qcow2")
    try tree.rename(to: "slow")
    try tree.scan()
    return tree
  }

  @Test func `a domain's missing image is in its pool as that was called then`() throws {
    let tree = try recorded()
    for (scan, name) in [("1", "default"), ("2", "fast")] {
      let found = try tree.objects("check", "--kind", "domain-image-missing", "--at", scan)
      #expect(!found.isEmpty)
      #expect(Set(found.map { $0["pool"] as? String }) == [name])
      let ofPool = try tree.objects(
        "check", "--kind", "domain-image-missing", "--pool", name, "--at", scan)
      #expect(ofPool.count == found.count)
    }
    // What closed is told of as it was when it was open.
    let closed = try tree.objects("check", "--kind", "domain-image-missing", "--since", "1")
      .filter { $0["closed"] != nil }
    #expect(closed.map { $0["pool"] as? String } == ["fast", "fast"])
  }

  /// Every row of every view as text, by view.
  private static func queries(_ tree: LibvirtTree) throws -> [(view: String, sql: String)] {
    let views = try sqlite(
      tree, "SELECT name FROM sqlite_temp_schema WHERE type = 'view' ORDER BY name")
    return try views.map { view in
      let columns = try sqlite(tree, "SELECT name FROM pragma_table_info('\(view)')")
      let values = columns.map { "quote(\($0))" }.joined(separator: ", ")
      return (view, "SELECT json_array(\(values)) AS line FROM \(view) ORDER BY 1")
    }
  }

  private static func sqlite(
    _ tree: LibvirtTree, _ sql: String, at scan: Int = 1
  ) throws -> [String] {
    let script = RecordedSessions.url("Documentation/as-of.sql").path
    try tree.folder.write(
      Array(".read '\(script)'\nUPDATE asof SET scan = \(scan);\n\(sql);\n".utf8), "ask.sql")
    let run = try Program.shell("sqlite3 -readonly db.sqlite <ask.sql", in: tree.folder)
    #expect(run.code == 0 && run.complaint.isEmpty, "\(run.complaint)")
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test(.enabled(if: Tool.isThere("sqlite3"), "sqlite3 is not installed"))
  func `sqlite3 sees with as-of.sql what sql --at sees`() throws {
    let tree = try recorded()
    let queries = try Self.queries(tree)
    #expect(queries.count >= 12)
    for (view, sql) in queries {
      for scan in 1...4 {
        let ours = try tree.objects("sql", "--at", "\(scan)", sql).map { $0["line"] as? String }
        #expect(try ours == Self.sqlite(tree, sql, at: scan), "\(view), scan \(scan)")
      }
    }
    #expect(try tree.objects("sql", "SELECT scan FROM asof").first?["scan"] as? Int == 4)
    for (scan, name) in [(1, "default"), (2, "fast"), (3, "fast"), (4, "slow")] {
      #expect(try Self.sqlite(tree, "SELECT name FROM pool_at", at: scan) == [name])
    }
  }

  @Test(.enabled(if: Tool.isThere("sqlite3"), "sqlite3 is not installed"))
  func `every table of intervals has a view`() throws {
    let tree = try recorded()
    let tables = try Self.sqlite(
      tree,
      """
      SELECT item.name || '_at' FROM main.sqlite_schema AS item
      JOIN pragma_table_info(item.name) AS part ON part.name IN ('from_scan', 'until_scan')
      WHERE item.type = 'table' GROUP BY item.name HAVING count(*) = 2
      """)
    let views = try Self.queries(tree).map(\.view)
    #expect(
      Set(tables).union(
        [
          "pool_at", "looked", "whole_directory_at", "told_finding_at", "finding_span",
        ]) == Set(views))
  }
}

extension LibvirtTree {
  /// Calls libvirt's pool otherwise, and its directory what it was.
  fileprivate func rename(to name: String) throws {
    _ = try Program.shell("rm '\(root)'/etc/libvirt/storage/*.xml", in: folder)
    try write(
      "etc/libvirt/storage/\(name).xml",
      "<pool type='dir'><name>\(name)</name><target><path>\(pool)</path></target></pool>")
  }
}
