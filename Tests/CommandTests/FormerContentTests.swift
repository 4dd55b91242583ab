import Foundation
import Testing

/// What a former version took of a base's bytes, and how it gives way to what a guest sees.
@Suite(
  RealPool.needsQemuImg, .enabled(if: Tool.isThere("sqlite3"), "sqlite3 is not installed"))
struct FormerContentTests {
  /// What version 0.1 took of 1 MiB of `abcdefg` in lines.
  private static let digest = "8740149130124035910"

  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.shell(
      """
      yes abcdefg | head -c 1048576 >base && cp base ../copy && \
      qemu-img create -q -f qcow2 -b base -F raw top
      """)
    try pool.scan()
    try sql(
      """
      INSERT INTO content (id, method, level, ladder) VALUES (9, 1, 0, CAST('\(Self.digest)' AS BLOB));
      UPDATE image SET content = 9 WHERE content IS NOT NULL;
      """, pool)
    return pool
  }

  @discardableResult
  private func sql(_ text: String, _ pool: RealPool) throws -> String {
    let run = try Program.shell("sqlite3 db.sqlite \"\(text)\"", in: pool.folder)
    #expect(run.code == 0, "\(run.complaint)")
    return run.output
  }

  private func method(_ pool: RealPool) throws -> String {
    try sql(
      "SELECT method FROM content JOIN image ON image.content = content.id", pool
    ).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `where nothing happens it gives way to what a guest sees`() throws {
    let pool = try pool()
    #expect(try method(pool) == "1")
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try method(pool) == "2")
    try pool.shell("printf x | dd of=base bs=1 seek=65536 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
  }

  @Test func `the same bytes in another file are the same`() throws {
    let pool = try pool()
    try pool.shell("cp --sparse=never ../copy n && mv n base")
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try method(pool) == "2")
  }

  @Test func `other bytes are told, until those are back that it was taken of`() throws {
    let pool = try pool()
    try pool.shell("printf x | dd of=base bs=1 seek=65536 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
    #expect(try method(pool) == "1")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
    try pool.shell("cp ../copy base")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.scan()
    #expect(try method(pool) == "2")
    try pool.shell("printf x | dd of=base bs=1 seek=65536 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
  }
}
