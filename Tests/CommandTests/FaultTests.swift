import Foundation
import Testing

/// Scans in which one call of the system fails.
@Suite(RealPool.needsQemuImg) struct FaultTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../Faults/failing.c").standardizedFileURL.path
    let made = try Program.shell(
      "${CC:-cc} -shared -fPIC -O1 -o failing.so '\(source)' -ldl 2>&1", in: pool.folder)
    try #require(made.code == 0, "\(made.output)")
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    #expect(try pool.scan().code == 0)
  }

  /// A scan in which one call to a function, on a path with such an end, fails.
  private func scan(
    failing name: String, call: Int = 1, on path: String, with error: Int
  ) throws -> Run {
    try Program.shell(
      """
      LD_PRELOAD=./failing.so FAIL_NAME=\(name) FAIL_CALL=\(call) FAIL_PATH=\(path) \
        FAIL_ERROR=\(error) "$BACKSTORY" scan --jobs 1 pool --db db.sqlite --output json
      """, in: pool.folder)
  }

  private func scans() throws -> Int {
    try pool.backstory("scans", "--output", "json").objects.count
  }

  @Test(arguments: [5, 24, 116], 1...8)
  func `a database that cannot be read is not one that is not there`(
    error: Int, call: Int
  ) throws {
    try pool.shell("mv base.qcow2 moved.qcow2")
    let run = try scan(failing: "statx", call: call, on: "db.sqlite", with: error)
    #expect(run.code == 1 || run.count("moved") == 1, "\(run.complaint)")
    #expect(try pool.backstory("verify").code == 0)
    #expect(try scans() == (run.code == 1 ? 1 : 2))
  }

  @Test(arguments: [5, 13, 24])
  func `a machine whose number cannot be read is not another machine`(error: Int) throws {
    let run = try scan(failing: "openat", on: "/etc/machine-id", with: error)
    #expect(run.code == 1)
    #expect(run.complaint.contains("cannot open '/etc/machine-id'"))
    #expect(try scans() == 1)
  }

  @Test(arguments: [5, 24, 116])
  func `a link that could not be followed is followed on the next night`(error: Int) throws {
    try pool.shell("mv base.qcow2 moved.qcow2")
    #expect(try scan(failing: "openat", on: "base.qcow2", with: error).code == 3)
    #expect(try pool.scan().code == 0)
    #expect(
      try pool.backstory("check", "--kind", "backing-missing", "--output", "json").objects.count
        == 1)
  }

  @Test(arguments: ["openat", "pread"], [5, 12, 24, 116])
  func `a base that a failing host does not let read keeps what it was`(
    name: String, error: Int
  ) throws {
    try pool.shell("touch base.qcow2")
    let run = try scan(failing: name, on: "base.qcow2", with: error)
    let problems = run.object["problems"] as? [[String: String]]
    // Who takes another call for it has read it.
    guard run.code != 0 else { return }
    #expect(run.code == 3)
    #expect(problems?.count == 1, "\(run.output)")
    #expect(try pool.backstory("check").code == 0)
    let images = try pool.backstory("list", "--output", "json").objects
    #expect(images.compactMap { $0["backing-state"] as? String }.sorted() == ["none", "ok"])
    #expect(try pool.scan().code == 0)
    let opened = ["log", "--since", "1", "--event", "finding-opened", "--output", "json"]
    #expect(try pool.backstory(opened).objects.isEmpty)
  }

  @Test func `a new base that a failing host does not let read is not missing`() throws {
    try pool.image("new.qcow2")
    try pool.image("other.qcow2", "-b new.qcow2 -F qcow2")
    #expect(try scan(failing: "openat", on: "new.qcow2", with: 5).code == 3)
    #expect(try pool.backstory("check").code == 0)
    #expect(try pool.scan().code == 0)
    #expect(try pool.backstory("list", "--output", "json").objects.count == 4)
  }

  @Test func `a database that cannot be read ends the scan, and is not called damaged`() throws {
    for call in 1...40 {
      let run = try scan(failing: "pread", call: call, on: "db.sqlite", with: 5)
      #expect(run.code == 0 || run.code == 1, "call \(call): \(run.output)")
      #expect(!run.complaint.contains("damaged"))
    }
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test(arguments: ["ack", "keep"])
  func `what a person said is told as said, though the log could not be emptied`(
    verb: String
  ) throws {
    try pool.shell("mv base.qcow2 moved.qcow2")
    #expect(try pool.scan().code == 0)
    // Only what empties the log writes to the file itself.
    let run = try Program.shell(
      """
      LD_PRELOAD=./failing.so FAIL_NAME=pwrite FAIL_CALL=1 FAIL_PATH=db.sqlite FAIL_ERROR=28 \
        "$BACKSTORY" \(verb) pool/top.qcow2 --db db.sqlite --output json
      """, in: pool.folder)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.objects.count == 1)
    #expect(try pool.backstory(verb, "--list", "--output", "json").objects.count == 1)
    #expect(try pool.backstory("verify").code == 0)
    #expect(try pool.scan().code == 0)
  }

  @Test func `what a base holds stays with it when another takes its place`() throws {
    let query = """
      SELECT image.content FROM image JOIN place ON place.image = image.id
        AND place.until_scan IS NULL WHERE CAST(place.name AS TEXT) =
      """
    let before = try pool.backstory("sql", query + " 'base.qcow2'", "--output", "csv").output
    try pool.shell(
      "mv base.qcow2 old.qcow2; qemu-img create -q -f qcow2 base.qcow2 16M;"
        + "printf other | dd of=base.qcow2 bs=1 seek=196608 conv=notrunc status=none")
    #expect(try pool.scan().code == 0)
    #expect(before.contains("\n"))
    #expect(try pool.backstory("sql", query + " 'old.qcow2'", "--output", "csv").output == before)
  }
}
