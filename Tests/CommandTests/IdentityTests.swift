import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct IdentityTests {
  private func changes(_ pool: RealPool) throws -> [String] {
    let changes = try pool.backstory("diff", "--output", "json").object["changes"]
    return (changes as? [[String: Any]] ?? []).map { change in
      let names = ["previous-filename", "filename"].compactMap { key in
        (change[key] as? String)?.replacing(pool.path + "/", with: "")
      }
      return "\(change["change"] ?? "") \(names.joined(separator: " > "))"
    }.sorted()
  }

  @Test func `a directory that is renamed moves all its images`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir old; for n in $(seq 300); do truncate -s 1M old/$n.raw; done")
    try pool.scan()
    try pool.shell("mkdir deep; mv old deep/new")
    let run = try pool.scan()
    #expect(run.count("moved") == 300)
    #expect(run.count("added") == 0)
    #expect(run.count("removed") == 0)
  }

  @Test func `names that rotate are moves`() throws {
    let pool = try RealPool()
    for name in ["a", "b", "c"] { try pool.image(name, size: "\(name == "a" ? 1 : 2)M") }
    try pool.scan()
    try pool.shell("mv c d; mv b c; mv a b")
    try pool.image("a", "-b b -F qcow2")
    try pool.scan()
    #expect(
      try changes(pool) == ["added a", "moved a > b", "moved b > c", "moved c > d"])
  }

  @Test func `names that are swapped are two moves`() throws {
    let pool = try RealPool()
    try pool.image("a")
    try pool.image("b")
    try pool.scan()
    try pool.shell("mv a t; mv b a; mv t b")
    try pool.scan()
    #expect(try changes(pool) == ["moved a > b", "moved b > a"])
  }

  @Test func `a copy to another directory whose original goes is a move`() throws {
    let pool = try RealPool()
    try pool.image("disk.qcow2")
    try pool.shell("qemu-io -c 'write -P 5 0 2M' disk.qcow2; mkdir away")
    try pool.image("other.qcow2")
    try pool.scan()
    try pool.shell("cp disk.qcow2 away/; rm disk.qcow2")
    try pool.scan()
    #expect(try changes(pool) == ["moved disk.qcow2 > away/disk.qcow2"])
  }

  @Test func `twins of one template are not taken for each other`() throws {
    let pool = try RealPool()
    try pool.image("template")
    try pool.shell("cp template one; cp template two; rm template")
    try pool.scan()
    try pool.shell("mkdir away; cp one away/three; rm one")
    try pool.scan()
    #expect(try changes(pool) == ["added away/three", "removed one"])
  }

  @Test func `a hard link that comes or goes is another name of the same image`() throws {
    let pool = try RealPool()
    try pool.image("disk")
    try pool.scan()
    try pool.shell("ln disk name")
    let gained = try pool.scan()
    #expect(gained.count("images") == 1)
    #expect(gained.count("added") == 0)
    try pool.shell("rm disk")
    let lost = try pool.scan()
    #expect(lost.count("images") == 1)
    #expect(lost.count("removed") == 0)
    let history = try pool.backstory("history", "--output", "json", "pool/name").objects
    #expect(history.map { $0["event"] as? String } == ["appeared", "changed", "moved"])
  }

  @Test func `a file that goes and comes back is the same image`() throws {
    let pool = try RealPool()
    try pool.image("disk")
    try pool.scan()
    try pool.shell("mv disk ../kept")
    try pool.scan()
    try pool.shell("mv ../kept disk")
    try pool.scan()
    let history = try pool.backstory("history", "--output", "json", "pool/disk").objects
    #expect(history.map { $0["event"] as? String } == ["appeared", "vanished", "returned"])
    #expect(Set(history.map { $0["image-id"] as? Int }).count == 1)
  }

  @Test func `an overlay that moves away from its relative base says so itself`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mkdir away; mv top.qcow2 away/")
    try pool.scan()
    let finding = try pool.backstory("check", "--output", "json").objects.first
    let cause = finding?["cause"] as? [String: Any]
    #expect(cause?["kind"] as? String == "image-moved")
    #expect(cause?["now-at"] as? [String] == ["\(pool.path)/base.qcow2"])
  }

  /// The data is the same where all of it is zeros.
  @Test(
    arguments: [
      ("", ["backing-format-mismatch"]), ("x", ["backing-format-mismatch", "base-modified"]),
    ])
  func `a base that another format replaces is the cause of the mismatch`(
    data: String, kinds: [String]
  ) throws {
    let pool = try RealPool()
    try pool.image("base.img")
    try pool.image("top.qcow2", "-b base.img -F qcow2")
    try pool.scan()
    try pool.shell("printf '\(data)' >new; truncate -s 16M new; mv new base.img")
    try pool.scan()
    let findings = try pool.backstory("check", "--output", "json").objects
    let causes = findings.map {
      "\($0["kind"] ?? "") \(($0["cause"] as? [String: Any])?["kind"] ?? "")"
    }
    #expect(causes.sorted() == kinds.map { "\($0) target-replaced" })
  }

  @Test func `a prune forgets scans and the file gets smaller`() throws {
    let pool = try RealPool()
    for night in 0..<6 {
      try pool.shell(
        "for n in $(seq 200); do truncate -s 1M $n-\(night).raw; done; rm -f *-\(night - 1).raw")
      try pool.scan()
    }
    let run = try pool.backstory("prune", "--keep-last", "2", "--output", "json")
    #expect(run.code == 0)
    let before = run.object["bytes-before"] as? Int ?? 0
    #expect((run.object["bytes-after"] as? Int ?? before) < before)
    #expect(try pool.backstory("scans", "--output", "json").objects.count == 2)
    #expect(try pool.backstory("list", "--at", "3").code == 1)
    #expect(try pool.backstory("prune").code == 1)
  }
}
