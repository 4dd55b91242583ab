import DiskImage
import Model
import Query
import Rules
import ScriptedNights
import Sighting
import Testing

/// Links by UUID, and the marks by which a child knows the state of its parent.
@Suite struct ParentTests {
  private func vdi(
    _ pool: ScriptedPool, _ name: String, own: String, state: String, parent: String? = nil,
    parentState: String? = nil
  ) -> SeenFile {
    pool.image(name, inode: UInt64(name.utf8.reduce(0) { $0 * 31 % 9973 + Int($1) })) { facts in
      facts = ImageFacts(format: .vdi)
      facts.virtualSize = 1 << 20
      facts.identifiers = [
        ImageIdentifier(.own, own), ImageIdentifier(.ownModification, state),
      ]
      if let parent, let parentState {
        facts.identifiers.append(ImageIdentifier(.parent, parent))
        facts.identifiers.append(ImageIdentifier(.parentModification, parentState))
        facts.references = [StoredReference(role: .parent, stored: Array(parent.utf8))]
      }
    }
  }

  @Test func `a parent that is known by UUID alone is found wherever it stands`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      vdi(pool, "parent", own: "u1", state: "s1"),
      vdi(pool, "child", own: "u2", state: "s2", parent: "u1", parentState: "s1"),
    ])
    let chain = try pool.view().chain(.path("/pool/child"))
    #expect(chain.map(\.filename) == ["/pool/child", "/pool/parent"])
    #expect(try pool.findings() == [])
    try pool.scan([vdi(pool, "parent", own: "u1", state: "s9")])
    #expect(try pool.findings() == ["parent-mismatch child"])
    try pool.scan(gone: ["parent"])
    #expect(try pool.view().chain(.path("/pool/child")).count == 1)
    for _ in 0..<2 {
      let lost = try pool.view().findings(kinds: [], pool: nil, since: nil)
      #expect(lost.map(\.kind) == [.backingMissing])
      #expect(lost.first?.cause?.kind == .targetRemoved)
      #expect(lost.first?.lastGood?.scan == 2)
      try pool.scan()
    }
    try pool.scan([vdi(pool, "elsewhere", own: "u1", state: "s1")])
    #expect(try pool.view().chain(.path("/pool/child")).count == 2)
    #expect(try pool.findings() == [])
  }

  @Test func `a VHDX may know its parent by either of two identities`() throws {
    let pool = try ScriptedPool()
    func parent(_ state: String) -> SeenFile {
      pool.image("parent", inode: 11) { facts in
        facts = ImageFacts(format: .vhdx)
        facts.identifiers = [ImageIdentifier(.own, state)]
      }
    }
    let child = pool.image("child", inode: 12) { facts in
      facts = ImageFacts(format: .vhdx)
      facts.identifiers = [
        ImageIdentifier(.own, "g9"), ImageIdentifier(.parent, "g1"), ImageIdentifier(.parent, "g2"),
      ]
      facts.references = [StoredReference(role: .backing, stored: Array("parent".utf8))]
    }
    try pool.scan([parent("g2"), child])
    #expect(try pool.findings() == [])
    try pool.scan([parent("g1")])
    #expect(try !pool.findings().contains("parent-mismatch child"))
    try pool.scan([parent("g")])
    #expect(try pool.findings().contains("parent-mismatch child"))
  }

  @Test func `two images with one UUID leave it open which is the parent`() throws {
    let pool = try ScriptedPool()
    try pool.scan([
      vdi(pool, "one", own: "u1", state: "s1"), vdi(pool, "two", own: "u1", state: "s1"),
      vdi(pool, "child", own: "u2", state: "s2", parent: "u1", parentState: "s1"),
    ])
    #expect(try pool.view().chain(.path("/pool/child")).count == 1)
    #expect(try pool.findings() == ["identity-duplicate one", "identity-duplicate two"])
  }

  @Test func `who is what a child records is awaited, though another has the name`() throws {
    let pool = try ScriptedPool()
    func vhd(_ name: String, own: String, parent: String? = nil) -> SeenFile {
      pool.image(name) { facts in
        facts = ImageFacts(format: .vpc)
        facts.identifiers = [ImageIdentifier(.own, own)]
        if let parent {
          facts.identifiers.append(ImageIdentifier(.parent, parent))
          facts.references = [StoredReference(role: .backing, stored: Array("base".utf8))]
        }
      }
    }
    let machines = [ScriptedPool.machine("m", disk: "child")]
    try pool.scan(
      [vhd("base", own: "u9"), vhd("moved", own: "u1"), vhd("child", own: "u2", parent: "u1")],
      domains: machines)
    for _ in 0..<3 { try pool.scan(domains: machines) }
    let findings = try pool.findings()
    #expect(findings.contains("parent-mismatch child"))
    #expect(!findings.contains { $0.hasPrefix("orphan ") }, "\(findings)")
  }
}
