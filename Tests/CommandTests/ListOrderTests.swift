import Foundation
import Testing

/// Images come in the order of their directories and names, whatever belongs to which pool.
@Suite struct ListOrderTests {
  private func names(_ words: String..., in folder: Folder) throws -> [String] {
    let listed = try Program.run(
      ["list", "--output", "csv", "--db", "db.sqlite"] + words, in: folder)
    #expect(listed.code == 0, "\(listed.complaint)")
    return listed.output.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: ",").first?.split(separator: "/").suffix(2).joined(separator: "/")
    }
  }

  @Test func `a pool inside another is left out of it, and nothing behind it`() throws {
    let folder = try Folder()
    _ = try Program.shell("mkdir -p a/low a/mid/deep a/zed", in: folder)
    for name in ["low/1", "low/2", "mid/3", "mid/deep/4", "zed/5"] {
      try folder.write(QCOW2Sample().bytes, "a/\(name)")
    }
    let scanned = try Program.run(["scan", "a", "a/mid", "--db", "db.sqlite"], in: folder)
    #expect(scanned.code == 0, "\(scanned.complaint)")
    #expect(try names(in: folder) == ["low/1", "low/2", "mid/3", "deep/4", "zed/5"])
    #expect(try names("--pool", folder.url("a").path, in: folder) == ["low/1", "low/2", "zed/5"])
    #expect(try names("--pool", folder.url("a/mid").path, in: folder) == ["mid/3", "deep/4"])
  }

  @Test func `directories of two machines in one database keep their order`() throws {
    let folder = try Folder()
    _ = try Program.shell("mkdir -p a/1 a/2 a/3", in: folder)
    for name in ["1/x", "2/x", "3/x"] { try folder.write(QCOW2Sample().bytes, "a/\(name)") }
    let scanned = try Program.run(["scan", "a", "--db", "db.sqlite"], in: folder)
    #expect(scanned.code == 0, "\(scanned.complaint)")
    let moved = try Program.shell(
      """
      sqlite3 db.sqlite "INSERT INTO host (machine_id, name) VALUES ('other', 'clone');
        UPDATE directory SET host = (SELECT id FROM host WHERE name = 'clone') WHERE path LIKE '%/2'"
      """, in: folder)
    #expect(moved.code == 0, "\(moved.complaint)")
    #expect(try names(in: folder) == ["1/x", "2/x", "3/x"])
  }
}
