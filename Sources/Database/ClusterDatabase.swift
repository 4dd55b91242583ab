internal import Foundation
internal import GRDB
public import Model

/// The files of a Proxmox VE cluster in the database in which its nodes keep them, `config.db`.
///
/// Source: pve-cluster src/pmxcfs/database.c: the table `tree` has a row for each file and directory.
public enum ClusterDatabase {
  /// Rows that are looked at; Proxmox VE's own file system takes 256 Ki.
  private static let rowLimit = 1 << 18
  /// Bytes of one file; Proxmox VE's own file system takes 1 MiB.
  private static let fileLimit = 1 << 20
  /// Bytes of all files together; Proxmox VE's own file system takes 128 MiB.
  private static let totalLimit = 128 << 20
  /// How deep directories stand in one another; those that are read go four deep.
  private static let depthLimit = 8

  /// A file with the names on the way to it.
  public struct File: Sendable {
    /// From the top of the tree, the file's own last.
    public let names: [[UInt8]]
    /// Its contents.
    public let bytes: [UInt8]
  }

  private struct Entry: Equatable {
    let inode: Int64
    let parent: Int64
    let isDirectory: Bool
    let name: [UInt8]
    let length: Int64
  }

  /// The stores, and the machines of all nodes; and what could not be read, in half sentences.
  ///
  /// Nothing is written. A WAL beside the database is read with it.
  public static func files(in path: PathBytes) -> (files: [File], problems: [String]) {
    do throws(StoreFault) {
      return try Connection.translating(path) {
        try Connection.readingForeign(path).read { try files(in: $0, path) }
      }
    } catch {
      switch error {
      case .notADatabase: return ([], ["it is no database of SQLite"])
      case .damaged(_, let detail): return ([], ["it is damaged (\(detail))"])
      default: return ([], ["cannot be read: \(error.reason)"])
      }
    }
  }

  private static func files(
    in database: Database, _ path: PathBytes
  ) throws -> (files: [File], problems: [String]) {
    // A view could compute for ever, and a virtual table ask anybody.
    let isTable = try Bool.fetchOne(
      database,
      sql: "SELECT rootpage > 0 FROM sqlite_schema WHERE name = 'tree' AND type = 'table'")
    guard isTable == true else {
      throw StoreFault.refused(path, detail: "it has no table 'tree' as Proxmox VE's config.db")
    }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT inode, parent, type, CAST(name AS BLOB) AS name, coalesce(length(data), 0) AS length
        FROM tree LIMIT \(rowLimit + 1)
        """)
    guard rows.count <= rowLimit else {
      throw StoreFault.refused(path, detail: "it has more than \(rowLimit) files")
    }
    let entries = rows.compactMap(entry)
    let directories = Dictionary(
      entries.filter(\.isDirectory).map { ($0.inode, $0) }, uniquingKeysWith: { first, _ in first })
    var found: (files: [File], problems: [String]) = ([], [])
    // The row 0 is the top with its version.
    if rows.contains(where: { entry($0) == nil && Int64.fromDatabaseValue($0["inode"]) != 0 }) {
      found.problems.append("a row of its table 'tree' is invalid; not read")
    }
    var total: Int64 = 0
    for entry in entries where !entry.isDirectory {
      guard let names = names(of: entry, directories) else {
        // A machine's file that no directory holds any more.
        if isMachine(entry.name) {
          let shown = PathBytes(entry.name).displayText
          found.problems.append("'\(shown)' is in no directory of it; not read")
        }
        continue
      }
      guard isRead(names) else { continue }
      let shown = names.map { PathBytes($0).displayText }.joined(separator: "/")
      guard entry.length <= fileLimit, total + entry.length <= totalLimit else {
        found.problems.append("'\(shown)' is longer than Proxmox VE allows; not read")
        continue
      }
      total += entry.length
      let data = try Data.fetchOne(
        database, sql: "SELECT CAST(data AS BLOB) FROM tree WHERE inode = ?",
        arguments: [entry.inode])
      found.files.append(File(names: names, bytes: Array(data ?? Data())))
    }
    return found
  }

  private static func entry(_ row: Row) -> Entry? {
    guard let inode = Int64.fromDatabaseValue(row["inode"]),
      let parent = Int64.fromDatabaseValue(row["parent"]),
      let type = Int64.fromDatabaseValue(row["type"]),
      let name = Data.fromDatabaseValue(row["name"]),
      let length = Int64.fromDatabaseValue(row["length"]), inode > 0, !name.isEmpty,
      !name.contains(UInt8(ascii: "/"))
    else { return nil }
    // DT_DIR of readdir(3).
    return Entry(
      inode: inode, parent: parent, isDirectory: type == 4, name: Array(name), length: length)
  }

  /// The names on the way to an entry; `nil` for one that hangs below nothing, or goes in a circle.
  private static func names(of entry: Entry, _ directories: [Int64: Entry]) -> [[UInt8]]? {
    var names = [entry.name]
    var parent = entry.parent
    while parent != 0 {
      guard names.count < depthLimit, let directory = directories[parent] else { return nil }
      names.append(directory.name)
      parent = directory.parent
    }
    return names.reversed()
  }

  /// Whether a name is that of a machine's file: `100.conf`.
  private static func isMachine(_ name: [UInt8]) -> Bool {
    let number = name.dropLast(".conf".utf8.count)
    return name.suffix(".conf".utf8.count).elementsEqual(".conf".utf8) && !number.isEmpty
      && number.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether a file says anything of stores or machines: others hold keys and passwords, and are left alone.
  private static func isRead(_ names: [[UInt8]]) -> Bool {
    let words = names.map { String(decoding: $0, as: UTF8.self) }
    if words == ["storage.cfg"] || words == ["mapping", "directory.cfg"] { return true }
    return words.count == 4 && words[0] == "nodes" && ["qemu-server", "lxc"].contains(words[2])
  }
}
