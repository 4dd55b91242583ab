import Foundation
import Testing

/// Commands that are asked about one thing say one thing of it.
@Suite(RealPool.needsQemuImg) struct OneNightOneWordTests {
  private func lastGood(_ finding: [String: Any]?) -> Int? {
    (finding?["last-good"] as? [String: Any])?["scan"] as? Int
  }

  @Test func `what a machine misses has a first bad night and a reason`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.define("vm", tree.disk("disk.qcow2"))
    try tree.scan()
    try tree.images.shell("rm disk.qcow2")
    try tree.scan()
    let disk = tree.path("disk.qcow2")
    let bisected = try tree.backstory([
      "bisect", disk, "--kind", "domain-image-missing", "--output", "json",
    ])
    #expect(bisected.code == 2)
    #expect((bisected.object["first-bad"] as? [String: Any])?["scan"] as? Int == 2)
    #expect(lastGood(bisected.object) == 1)
    let why = try tree.backstory(["why", disk, "--output", "json"]).object
    #expect((why["finding"] as? [String: Any])?["kind"] as? String == "domain-image-missing")
    // It is in order before, and again when it is back.
    #expect(
      try tree.backstory(["bisect", disk, "--kind", "domain-image-missing", "--at", "1"]).code == 0)
    try tree.images.image("disk.qcow2")
    try tree.scan()
    #expect(try tree.backstory(["bisect", disk, "--kind", "domain-image-missing"]).code == 0)
  }

  @Test func `a machine's finding was last good on the last night that looked at its image`() throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try tree.define("vm", tree.disk("top.qcow2"))
    try tree.scan()
    try tree.images.shell("true; mv ../pool ../away")
    try tree.scan()
    _ = try Program.shell("mv away pool", in: tree.folder)
    try tree.define("vm", tree.disk("top.qcow2", format: "raw"))
    try tree.define("other", tree.disk("base.qcow2"))
    try tree.scan()
    let findings = try tree.objects("check")
    for kind in ["domain-format-mismatch", "base-in-use"] {
      let finding = findings.first { $0["kind"] as? String == kind }
      #expect(lastGood(finding) == 1, "\(kind): \(finding ?? [:])")
      let image = finding?["filename"] as? String ?? ""
      let bisected = try tree.backstory(["bisect", image, "--kind", kind, "--output", "json"])
      #expect(lastGood(bisected.object) == 1, "\(kind)")
    }
  }

  @Test func `a copy that was put back is no replacement of what it is a copy of`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("touch -d '-1 hour' *; cp -p base.qcow2 ../backup")
    try pool.scan()
    try pool.shell(
      "qemu-io -c 'write -P 9 0 1M' base.qcow2 >/dev/null; touch -d '-10 min' base.qcow2")
    try pool.scan()
    try pool.shell("cp -p ../backup new; mv new base.qcow2")
    try pool.scan()
    #expect(try pool.findings().isEmpty)
    for nights in [["1", "3"], ["3", "1"]] {
      let run = try pool.backstory(["diff", "--exit-code"] + nights)
      #expect(run.code == 0, "\(run.output)")
    }
    #expect(try pool.backstory("diff", "--exit-code", "2", "3").code == 2)
    // Another file of that name is one, whatever it is called.
    try pool.shell("rm base.qcow2; qemu-img create -q -f qcow2 base.qcow2 8M")
    try pool.scan()
    let changes =
      try pool.backstory("diff", "--output", "json", "1", "4").object["changes"] as? [[String: Any]]
    #expect(changes?.compactMap { $0["change"] as? String } == ["replaced"])
  }
}
