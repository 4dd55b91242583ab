import Foundation
import Testing

/// A tree of a product's files and images in one pool, and a database beside it.
struct SourceTree {
  let pool: RealPool
  var folder: Folder { pool.folder }
  /// The pool's directory.
  var path: String { pool.path }

  init(_ lines: String = "") throws {
    pool = try RealPool()
    if !lines.isEmpty { try pool.shell("set -e; \(lines)") }
  }

  /// Writes a file below the pool.
  func write(_ name: String, _ text: String) throws {
    let file = folder.url("pool/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func run(_ arguments: [String]) throws -> Run {
    try Program.run(
      arguments, in: folder, environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
  }

  /// Scans the pool with a source that is the pool's directory, or what is given.
  @discardableResult func scan(_ arguments: String...) throws -> Run {
    try run(["scan", path, "--grace", "1", "--output", "json"] + arguments)
  }

  /// What the scan said of its first source: state and machines.
  static func source(_ scan: Run) throws -> String {
    let json = try JSONSerialization.jsonObject(with: Data(scan.output.utf8)) as? [String: Any]
    let source = (json?["machines"] as? [[String: Any]])?.first
    return "\(source?["state"] ?? "-") \(source?["machines"] ?? "-")"
  }

  /// Verdicts with paths below the pool, in order.
  func orphans(_ arguments: String...) throws -> [String] {
    try run(["orphans", "--output", "json"] + arguments).objects.map { orphan in
      "\(orphan["verdict"] ?? "") \(below(orphan["filename"]))"
    }.sorted()
  }

  func kinds() throws -> [String] {
    try run(["check", "--output", "json"]).objects.compactMap { $0["kind"] as? String }.sorted()
  }

  func machines() throws -> [String] {
    try run(["machines", "--output", "json"]).objects
      .filter { $0["kind"] as? String != "keep" }.compactMap { $0["domain"] as? String }.sorted()
  }

  /// The machines and images that need an image, by their names.
  func dependents(_ name: String) throws -> String {
    try run(["dependents", "\(path)/\(name)"]).output
  }

  private func below(_ path: Any?) -> String {
    let text = path as? String ?? ""
    return text.hasPrefix(self.path + "/") ? String(text.dropFirst(self.path.count + 1)) : text
  }
}
