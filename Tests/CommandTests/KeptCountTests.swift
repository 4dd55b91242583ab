import Foundation
import Testing

/// What monitoring asks is kept with each scan. It is what there is, whatever becomes of pools.
@Suite struct KeptCountTests {
  /// What is asked of the last scan, and of an earlier one.
  private func answers(_ folder: Folder, _ database: String) throws -> [String] {
    try [
      ["metrics"], ["monitor"], ["pools", "--output", "json"],
      ["pools", "--output", "json", "--at", "1"],
      ["list", "--format", "qcow2"], ["list", "--format", "vdi"],
      ["report", "-"], ["report", "-", "--at", "1"],
    ].map { words in
      let answer = try Program.run(words + ["--db", database], in: folder)
      // Monitoring says how long ago something was.
      return answer.output.replacing(#/age=\d+s/#, with: "")
    }
  }

  /// Asks twice: as it is kept, and of a copy in which nothing is.
  private func expectTrue(_ folder: Folder, _ night: String) throws {
    let made = try Program.shell(
      """
      rm -f copy.sqlite* && sqlite3 db.sqlite "VACUUM INTO 'copy.sqlite'" && chmod 600 copy.sqlite
      sqlite3 copy.sqlite 'UPDATE scan SET is_counted = 0'
      """, in: folder)
    #expect(made.code == 0, "\(made.complaint)")
    #expect(try answers(folder, "db.sqlite") == answers(folder, "copy.sqlite"), "\(night)")
    let verified = try Program.run("verify", "--db", "db.sqlite", in: folder)
    #expect(verified.code == 0, "\(night): \(verified.output)")
  }

  @Test func `pools that share files, move, are renamed and let go of`() throws {
    let folder = try Folder()
    _ = try Program.shell("mkdir -p a/sub b", in: folder)
    for name in ["a/one.qcow2", "a/sub/two.qcow2", "b/three.qcow2"] {
      try folder.write(QCOW2Sample().bytes, name)
    }
    func night(_ script: String, _ scan: String...) throws {
      let made = try Program.shell(script, in: folder)
      #expect(made.code == 0, "\(made.complaint)")
      let scanned = try Program.run(["scan"] + scan + ["--db", "db.sqlite"], in: folder)
      #expect(scanned.code == 0, "\(scanned.complaint)")
      try expectTrue(folder, script)
    }
    try night(
      "ln a/one.qcow2 b/same.qcow2; ln a/one.qcow2 a/again.qcow2; echo x >b/notes", "a", "b")
    try night("rm a/one.qcow2; truncate -s 1M b/disk.raw; cp b/three.qcow2 a/copy.qcow2", "a", "b")
    try night("mv a/sub b/sub; dd if=/dev/urandom of=b/disk.raw bs=64k count=1", "a", "b")
    try night("ln b/same.qcow2 b/sub/more.qcow2", "b/sub", "a", "b")
    _ = try Program.run("pools", "--rename", "a=zebra", "--db", "db.sqlite", in: folder)
    try expectTrue(folder, "renamed")
    try night("rm a/copy.qcow2", "a", "b")
    _ = try Program.run("pools", "--forget", "b", "--db", "db.sqlite", in: folder)
    try expectTrue(folder, "let go of")
    try night("touch a", "a")
    try night("touch a", "a", "b")
    let pruned = try Program.run("prune", "--keep-last", "2", "--db", "db.sqlite", in: folder)
    #expect(pruned.code == 0, "\(pruned.complaint)")
    try expectTrue(folder, "pruned")
  }
}
