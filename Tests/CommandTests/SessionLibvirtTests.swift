import Foundation
import Testing

/// An ordinary user's own libvirt, whose files are in that user's home.
@Suite(.serialized, RealLibvirt.isNeeded) struct SessionLibvirtTests {
  private func libvirt() throws -> RealLibvirt {
    let libvirt = try RealLibvirt(ofSession: true)
    try libvirt.images.image("base.qcow2")
    try libvirt.images.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try libvirt.images.image("alone.qcow2")
    try libvirt.images.shell("chown nobody *")
    return libvirt
  }

  private func objects(_ line: String, _ libvirt: RealLibvirt) throws -> [[String: Any]] {
    try libvirt.backstory(line + " --output json").objects
  }

  private func isTopInUse(_ libvirt: RealLibvirt) throws -> Bool? {
    try libvirt.backstory("show pool/top.qcow2 --output json").object["in-use"] as? Bool
  }

  @Test func `the user's scan finds the pool, the domain and its images`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("own", libvirt.disk("top.qcow2"))
    #expect(try libvirt.isSeenWhole())
    let pools = try objects("pools", libvirt)
    #expect(pools.compactMap { $0["name"] as? String } == [libvirt.name])
    #expect(pools.first?["images"] as? Int == 3)
    let dependents = try objects("dependents pool/base.qcow2", libvirt)
    #expect(dependents.compactMap { $0["domain"] as? String } == [domain])
    #expect(try objects("check", libvirt).isEmpty)

    try libvirt.virsh("start \(domain) --paused")
    #expect(try libvirt.isSeenWhole())
    #expect(try libvirt.disks(domain) == libvirt.spelled("--domain", domain))
    #expect(try isTopInUse(libvirt) == true)
    let findings = try objects("check", libvirt)
    #expect(findings.map { $0["filename"] as? String } == ["\(libvirt.images.path)/alone.qcow2"])
    #expect(findings.map { $0["kind"] as? String } == ["orphan"])
  }

  @Test func `snapshots and saved states of a session are found`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("own", libvirt.disk("top.qcow2"))
    try libvirt.virsh("start \(domain) --paused")
    try libvirt.virsh("snapshot-create-as \(domain) one --disk-only")
    try libvirt.virsh("managedsave \(domain)")
    #expect(try libvirt.isSeenWhole())
    let roles = try objects(
      "sql 'SELECT DISTINCT role FROM reference WHERE holder < 0 ORDER BY role'", libvirt)
    #expect(
      roles.compactMap { $0["role"] as? String } == ["backing", "disk", "memory", "snapshot"])
  }

  @Test func `where the user has no directory for what runs, it is in the cache`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("own", libvirt.disk("top.qcow2"))
    try libvirt.virsh("start \(domain) --paused")
    try libvirt.images.shell(
      "mkdir -p ../home/cache/libvirt/qemu && cp -a ../home/run/libvirt/qemu/run ../home/cache/libvirt/qemu/"
    )
    try libvirt.virsh("destroy \(domain)")
    let run = try libvirt.backstory("scan --libvirt", without: "XDG_RUNTIME_DIR")
    #expect(run.code == 0, "\(run.complaint)")
    #expect(try isTopInUse(libvirt) == true)
  }

  @Test func `below another root the user's files are where they are below it`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("own", libvirt.disk("top.qcow2"))
    try libvirt.images.shell("mkdir -p ../copy/mnt && cp -a ../home/settings ../copy/mnt")
    try libvirt.virsh("undefine \(domain)")
    let run = try libvirt.backstory("scan --libvirt --libvirt-root copy")
    #expect(run.code == 0, "\(run.complaint)")
    let dependents = try objects("dependents pool/base.qcow2", libvirt)
    #expect(dependents.compactMap { $0["domain"] as? String } == [domain])
    // Its pool is this host's, as the files say.
    #expect(try objects("list", libvirt).count == 3)
  }
}
