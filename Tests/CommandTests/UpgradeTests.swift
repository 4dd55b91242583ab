import Foundation
import Testing

/// Databases that earlier versions made.
@Suite struct UpgradeTests {
  private static let migrations = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Migrations").path

  /// A folder with a pool, and the database as it was after so many migrations.
  private func folder(after count: Int) throws -> Folder {
    let folder = try Folder()
    let made = try Program.shell(
      """
      mkdir -m 700 pool state && {
        echo 'PRAGMA journal_mode = WAL;'
        echo 'CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);'
        for file in $(ls '\(Self.migrations)' | head -n \(count)); do
          echo 'BEGIN;'
          cat '\(Self.migrations)'/"$file"
          echo "INSERT INTO grdb_migrations VALUES ('${file%.sql}');"
          echo 'PRAGMA application_id = 1114329972; COMMIT;'
        done
      } | sqlite3 state/db.sqlite && chmod 600 state/*
      """, in: folder)
    #expect(made.code == 0, "\(made.complaint)")
    try folder.write(QCOW2Sample().bytes, "pool/a.qcow2")
    return folder
  }

  private func schema(_ folder: Folder, _ file: String) throws -> String {
    try Program.shell("sqlite3 \(file) .schema", in: folder).output
  }

  @Test(arguments: 1...25)
  func `an older database is brought up to date by a scan, and has the schema of a new one`(
    count: Int
  ) throws {
    let folder = try folder(after: count)
    let early = try Program.run("list", "--db", "state/db.sqlite", in: folder)
    #expect(early.code == 1)
    for file in ["state/db.sqlite", "state/new.sqlite"] {
      let scan = try Program.run("scan", "pool", "--db", file, in: folder)
      #expect(scan.code == 0, "\(scan.complaint)")
      #expect(try Program.run("verify", "--db", file, in: folder).code == 0)
    }
    #expect(try schema(folder, "state/db.sqlite") == schema(folder, "state/new.sqlite"))
  }
}
