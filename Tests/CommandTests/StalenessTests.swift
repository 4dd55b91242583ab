import Foundation
import Testing

/// Answers say what they rest on that the last scan did not see.
@Suite(RealPool.needsQemuImg) struct StalenessTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.shell("mkdir a b")
    try pool.image("a/base.qcow2")
    try pool.image("b/top.qcow2", "-b \(pool.path)/a/base.qcow2 -F qcow2")
    try pool.image("b/lost.qcow2", "-b \(pool.path)/a/base.qcow2 -F qcow2")
    try pool.shell("qemu-img rebase -u -F qcow2 -b gone.qcow2 b/lost.qcow2")
    try scan()
  }

  private func scan() throws {
    try pool.scan("--pool", "low=\(pool.path)/a", "--pool", "high=\(pool.path)/b")
  }

  private func stale(_ object: [String: Any]?) -> String? {
    guard let stale = object?["stale"] as? [String: Any] else { return nil }
    return "\(stale["pool"] ?? stale["source"] ?? "") \(stale["scan"] ?? "")"
  }

  @Test func `what a scan saw is not stale`() throws {
    for command in [["list"], ["check"], ["chain", "\(pool.path)/b/top.qcow2"], ["orphans"]] {
      let run = try Program.run(
        command + ["--output", "json"], in: pool.folder,
        environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
      #expect(run.complaint == "")
      #expect(run.objects.allSatisfy { stale($0) == nil })
    }
  }

  @Test func `a chain that leads into a pool that is gone says since when`() throws {
    try pool.shell("mv a away")
    try scan()
    let run = try pool.backstory("chain", "\(pool.path)/b/top.qcow2", "--output", "json")
    #expect(run.objects.map(stale) == ["low 1", "low 1"])
    #expect(run.objects.map { $0["backing-state"] as? String } == ["unknown", "none"])
    #expect(run.complaint.contains("pool 'low', last complete in scan 1"))
    #expect(run.complaint.split(separator: "\n").count == 1)
    let list = try pool.backstory("list", "--output", "json").objects
    #expect(list.map(stale) == ["low 1", nil, "low 1"])
    #expect(list.map { $0["backing-state"] as? String } == ["none", "missing", "unknown"])
    #expect(
      try pool.backstory("chain", "\(pool.path)/b/top.qcow2", "--at", "1").complaint == "")
  }

  @Test func `a check that rests on what was not seen says so, and ends with 3 when told`() throws {
    try pool.shell("mv a away")
    try scan()
    #expect(try pool.backstory("check", "--pool", "high").complaint == "")
    #expect(try pool.backstory("check", "--fail-on-stale").code == 2)
    try pool.shell("mv away a; mv b away")
    try scan()
    let run = try pool.backstory("check", "--output", "json", "--fail-on-stale")
    #expect(run.code == 2, "an error is more than what is stale")
    #expect(try pool.backstory("check", "--pool", "low", "--fail-on-stale").code == 0)
    #expect(
      try pool.backstory("check", "--kind", "backing-loop", "--fail-on-stale").code == 3)
    #expect(run.complaint.contains("pool 'high'"))
    #expect(run.objects.allSatisfy { stale($0) == "high 2" })
  }

  @Test func `a finding about a base rests on the base's pool`() throws {
    try pool.shell("qemu-img rebase -u -F raw -b \(pool.path)/a/base.qcow2 b/top.qcow2")
    try scan()
    try pool.shell("mv a away")
    try scan()
    let check = try pool.backstory(
      "check", "--kind", "backing-format-mismatch", "--output", "json")
    #expect(check.objects.map(stale) == ["low 2"])
  }

  @Test func `what rests on machines that were not read says so`() throws {
    try pool.shell("mkdir ../doms")
    let domains = pool.folder.url("doms")
    try Data(
      LibvirtTree.domain(
        "vm", ["<disk type='file'><source file='/nowhere.qcow2'/><target dev='vda'/></disk>"]
      ).utf8
    ).write(to: domains.appending(path: "vm.xml"))
    try pool.scan("--domains", domains.path, pool.path)
    #expect(try pool.backstory("check").complaint == "")
    try FileManager.default.removeItem(at: domains.appending(path: "vm.xml"))
    #expect(try pool.scan("--domains", domains.path, pool.path).code == 3)
    let found = try pool.backstory(
      "check", "--kind", "domain-image-missing", "--output", "json")
    #expect(found.objects.map(stale) == ["\(domains.path) 2"])
    #expect(found.complaint.contains("the machines of '\(domains.path)'"))
  }
}

/// What a scan says of the machines that it read.
@Suite(RealPool.needsQemuImg) struct MachineSourceTests {
  private func machines(_ run: Run) -> [String] {
    (run.object["machines"] as? [[String: Any]] ?? []).map {
      let source = ($0["source"] as? String)?.split(separator: "/").last ?? ""
      return "\($0["kind"] ?? "") \(source) \($0["machines"] ?? "") \($0["state"] ?? "")"
    }
  }

  @Test func `a scan says how many machines it read, by source`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("web.qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.start("web", tree.disk("web.qcow2"))
    try tree.images.shell("mkdir ../empty")
    let empty = tree.folder.url("empty").path
    let run = try tree.scan("--domains", empty)
    #expect(machines(run) == ["domains empty 0 unavailable", "libvirt root 1 complete"])
    #expect(run.code == 3)
    #expect(
      try tree.backstory(["scan", "--libvirt", "--libvirt-root", tree.root]).output
        .contains("MACHINES"))
  }

  @Test func `an empty directory says nothing, and a host without machines is declared`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.shell("mkdir ../empty")
    let empty = pool.folder.url("empty").path
    for _ in 1...3 { #expect(try pool.scan("--domains", empty, pool.path).code == 3) }
    #expect(try pool.findings() == [])
    for _ in 1...3 {
      let run = try pool.scan("--machines", "none", pool.path)
      #expect(run.code == 0)
      #expect(machines(run) == [])
      #expect(run.object["machines"] != nil)
    }
    #expect(try pool.scan("--machines", "some", pool.path).code == 1)
  }

  @Test func `directories of machines that no pool covers are named`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir ../vms && qemu-img create -q -f qcow2 ../vms/top.qcow2 4M")
    let place = tree.folder.url("vms").path
    try tree.define("app", tree.disk("\(place)/top.qcow2"))
    // A link in a pool leads out of it; the pool itself is covered.
    try tree.images.shell("ln -s ../vms/top.qcow2 link.qcow2")
    try tree.define("linked", tree.disk("link.qcow2"))
    let run = try tree.scan()
    let uncovered = try #require(run.object["uncovered"] as? [[String: Any]])
    #expect(uncovered.map { $0["path"] as? String } == [place])
    #expect(uncovered.first?["domains"] as? [String] == ["app", "linked"])
    let page = try tree.backstory(["scan", "--libvirt", "--libvirt-root", tree.root]).output
    #expect(page.contains("\(place): 'app'") && page.contains("'linked'"))
    #expect(try tree.scan(place).object["uncovered"] == nil)
  }
}

/// Storage that machines see under another path than it is scanned at.
@Suite(RealPool.needsQemuImg) struct SeenAsTests {
  @Test func `what machines name below where they see a pool is looked for in the pool`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir deep")
    try tree.images.image("base.qcow2")
    try tree.images.shell(
      "qemu-img create -q -u -f qcow2 -F qcow2 -b /mnt/elsewhere/base.qcow2 deep/top.qcow2 16M")
    try tree.define("vm", tree.disk("/mnt/elsewhere/deep/top.qcow2"))
    try tree.define("other", tree.disk("/mnt/elsewhere/none.qcow2"))
    try tree.scan()
    let kinds = ["backing-missing - top.qcow2", "domain-image-missing other none.qcow2"]
    #expect(try tree.findings() == kinds + ["domain-image-missing vm top.qcow2"])
    let message = try tree.objects("check", "--kind", "domain-image-missing").compactMap {
      $0["message"] as? String
    }.first { $0.contains("'vm'") }
    #expect(message?.contains("is at '\(tree.path("deep/top.qcow2"))'") == true)
    #expect(message?.contains("seen-as") == true)
    let file = tree.folder.url("backstory.toml")
    try Data(
      """
      [libvirt]
      enabled = true
      root = "\(tree.root)"
      [[pool]]
      name = "default"
      path = "\(tree.pool)"
      seen-as = ["/mnt/elsewhere"]
      """.utf8
    ).write(to: file)
    #expect(try tree.backstory(["scan", "--config", file.path]).code == 0)
    #expect(try tree.findings() == ["domain-image-missing other none.qcow2"])
    #expect(try tree.dependents("base.qcow2") == ["top.qcow2", "vm vda"])
  }
}
