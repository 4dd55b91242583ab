import Foundation
import Testing

/// What the README and the guide show is what happens.
@Suite(
  .enabled(
    if: Tool.isThere("script") && Tool.isThere("qemu-img"), "script or qemu-img is not installed"))
struct ReadmeTests {
  /// A base and an overlay on it that does not record the base's format.
  private static let unformatted = """
    qemu-img create -q -f qcow2 debian-12.qcow2 10G
    qemu-img create -q -f qcow2 -b debian-12.qcow2 -F qcow2 web.qcow2
    at=$(LC_ALL=C grep -abFo "$(printf '\\342\\171\\052\\312')" web.qcow2 | head -n 1 | cut -d : -f 1)
    printf '\\001' | dd of=web.qcow2 bs=1 seek="$at" conv=notrunc status=none
    """

  @Test func `the README shows what the program says`() throws {
    let pool = """
      qemu-img create -q -f qcow2 debian-12.qcow2 10G
      for name in mail web; do
        qemu-img create -q -f qcow2 -b debian-12.qcow2 -F qcow2 $name.qcow2
      done
      qemu-img create -q -f qcow2 -b web.qcow2 -F qcow2 web-snapshot.qcow2
      """
    try RecordedSessions("README.md", pool: pool).check(atLeast: 2)
  }

  @Test(arguments: ["first-week", "libvirt-troubleshooting"])
  func `the guide shows what the program says`(page: String) throws {
    try RecordedSessions("Documentation/guide/\(page).md", pool: Self.unformatted)
      .check(atLeast: 5)
  }

  @Test func `every query of the documentation is answered`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    let text = try String(
      contentsOf: RecordedSessions.url("Documentation/schema.md"), encoding: .utf8)
    let blocks = text.components(separatedBy: "```sql\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let queries = blocks.flatMap { $0.components(separatedBy: ";\n") }
      .filter { !$0.allSatisfy(\.isWhitespace) }
    #expect(queries.count >= 7)
    for query in queries {
      let run = try pool.backstory("sql", "--", query)
      #expect(run.code == 0, "\(query): \(run.complaint)")
    }
  }
}
