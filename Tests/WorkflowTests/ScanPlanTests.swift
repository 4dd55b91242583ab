import Host
import Model
import Record
import ScriptedNights
import Sighting
import Storage
import Testing

@testable import Workflow

/// Which trees a scan walks, under which names, and what it refuses to walk.
@Suite struct ScanPlanTests {
  private let disk: RealDirectory
  private let filesystems: FileSystemIdentity

  init() throws {
    disk = try RealDirectory()
    filesystems = FileSystemIdentity(mounts: try MountTable.current())
    for name in ["pool/inner/deep", "second"] { try disk.makeFolder(name) }
    try disk.image("pool/a.qcow2")
    try disk.image("pool/inner/b.qcow2")
  }

  private func asked(
    _ name: String, called: String? = nil, origin: PoolOrigin = .argument
  ) -> ScanRequest.Pool {
    ScanRequest.Pool(
      name: called ?? disk(name).displayText, path: disk(name), origin: origin)
  }

  private func plan(
    _ pools: ScanRequest.Pool..., known: KnownInventory = .nothing,
    change: (inout ScanRequest) -> Void = { _ in }
  ) throws -> ScanPlan {
    var request = ScanRequest(pools: pools)
    change(&request)
    return try ScanPlan(request, libvirt: nil, known: known, filesystems: filesystems)
  }

  private func short(_ path: PathBytes) -> String {
    path.displayText.replacing(disk.path.displayText + "/", with: "")
  }

  /// What is walked: the directory, the pool that it is walked for, and the one name where it is one.
  private func tasks(_ plan: ScanPlan) -> [String] {
    plan.tasks.map { task in
      let only = task.onlyName.map { " only \(String(decoding: $0, as: UTF8.self))" } ?? ""
      return "\(short(task.path)) for \(short(task.poolPath))\(only)"
    }
  }

  private func targets(_ plan: ScanPlan) -> [String] {
    plan.targets.map { "\(short($0.path))\($0.obstacle.map { ": \($0)" } ?? "")" }
  }

  @Test func `each tree is walked once, from its root, and pools are covered in order`() throws {
    let plan = try plan(asked("second"), asked("pool"))
    #expect(targets(plan) == ["pool", "second"])
    #expect(tasks(plan) == ["pool for pool", "second for second"])
    #expect(plan.covers(disk("pool/inner/deep")))
    #expect(!plan.covers(disk("third")))
  }

  @Test func `a tree below another is walked with it, and is a pool of its own`() throws {
    let plan = try plan(asked("pool"), asked("pool/inner/deep"), asked("pool/inner"))
    #expect(targets(plan) == ["pool", "pool/inner", "pool/inner/deep"])
    #expect(tasks(plan) == ["pool for pool"])
    #expect(plan.declared.map { short($0.path) } == ["pool", "pool/inner", "pool/inner/deep"])
  }

  @Test func `one image makes a pool of that file, or is looked at in the pool that has it`() throws
  {
    let alone = try plan(asked("pool/a.qcow2"))
    #expect(targets(alone) == ["pool/a.qcow2"])
    #expect(tasks(alone) == ["pool for pool/a.qcow2 only a.qcow2"])
    #expect(alone.singleImages == [disk("pool/a.qcow2")])
    #expect(!alone.covers(disk("pool")))
    // With its directory it is walked anyway.
    let both = try plan(asked("pool"), asked("pool/a.qcow2"))
    #expect(tasks(both) == ["pool for pool"])
    #expect(both.singleImages == [])
  }

  @Test func `what is neither a directory nor a file that may be an image is refused`() throws {
    #expect(throws: ScanRefusal.self) {
      try plan(ScanRequest.Pool(name: "n", path: "/dev/null"))
    }
    #expect(throws: ScanRefusal.self) { try plan(asked("pool/none.qcow2")) }
    #expect(throws: ScanRefusal.self) { try plan() }
  }

  @Test func `what the configuration names may be away, and what a person names may not`() throws {
    let plan = try plan(asked("pool"), asked("later", origin: .configuration))
    #expect(targets(plan) == ["later: no such file or directory", "pool"])
    #expect(tasks(plan) == ["pool for pool"])
    #expect(throws: ScanRefusal.self) { try self.plan(asked("pool"), asked("later")) }
  }

  @Test func `a pool is spoken for by its path or its name, and a name must be one of them`() throws
  {
    let plan = try plan(asked("pool", called: "vms"), asked("second"), asked("pool/inner")) {
      $0.exclusivePaths = [disk("second")]
      $0.exclusiveNames = ["vms"]
    }
    #expect(plan.targets.map(plan.isSpokenFor) == [true, false, true])
    let refusal = #expect(throws: ScanRefusal.self) {
      try self.plan(asked("pool", called: "vms")) { $0.exclusiveNames = ["z", "away", "vms"] }
    }
    #expect(refusal.map { "\($0)" } == #"noSuchPool("away")"#)
  }

  @Test
  func `a link to a directory is walked where it is asked for, under the name of the directory`()
    throws
  {
    try disk.link("way", to: "pool")
    let both = try plan(asked("way"), asked("pool"))
    #expect(targets(both) == ["pool"])
    #expect(tasks(both) == ["pool for pool"])
    let alone = try plan(asked("way"))
    #expect(alone.tasks.map { short($0.canonicalPath) } == ["pool"])
  }

  // MARK: What is known

  private func known(after pools: ScanRequest.Pool...) throws -> KnownInventory {
    _ = try Scan(
      ScanRequest(pools: pools), database: disk("db.sqlite"), stop: StopSignal()
    ).run { _ in }
    let host = try HostIdentity.current()
    return try InventoryWriter(
      writing: disk("db.sqlite"), machineID: host.machineID, hostName: host.name
    ).known
  }

  @Test func `where nothing is asked for what is known is scanned, whether it is there or not`()
    throws
  {
    let known = try known(after: asked("pool", called: "vms"), asked("second"))
    try disk.remove("second")
    let plan = try plan(known: known)
    #expect(targets(plan) == ["pool", "second: no such file or directory"])
    #expect(plan.declared.map(\.name) == ["vms", disk("second").displayText])
    #expect(plan.declaredPools.map(\.origin) == [nil, nil])
  }

  @Test
  func `a known pool within the tree that is asked for is covered, and one that is gone is away`()
    throws
  {
    let known = try known(after: asked("pool"), asked("pool/inner"))
    #expect(targets(try plan(asked("pool"), known: known)) == ["pool", "pool/inner"])
    try disk.move("pool/inner", to: "moved")
    #expect(
      targets(try plan(asked("pool"), known: known))
        == ["pool", "pool/inner: no such file or directory"])
    // A link is not followed from above, and so is walked for itself.
    try disk.link("pool/inner", to: "../moved")
    let linked = try plan(asked("pool"), known: known)
    #expect(tasks(linked) == ["pool for pool", "pool/inner for pool/inner"])
  }

  @Test func `an image that stood in a pool and is gone is told, and is no new pool`() throws {
    let known = try known(after: asked("pool"), asked("pool/inner"))
    try disk.remove("pool/inner/b.qcow2")
    let plan = try plan(asked("pool/inner/b.qcow2"), known: known)
    #expect(targets(plan) == ["pool/inner"])
    #expect(plan.gone.map { short($0.path) } == ["pool/inner/b.qcow2"])
    #expect(plan.gone.map(\.reason) == ["an earlier scan saw it, and it is gone"])
    #expect(plan.tasks.isEmpty)
    #expect(plan.declared.map { short($0.path) } == ["pool", "pool/inner"])
  }

  @Test func `an image is looked at within the innermost pool that has it`() throws {
    let known = try known(after: asked("pool"), asked("pool/inner"))
    let plan = try plan(asked("pool/inner/b.qcow2"), known: known)
    #expect(targets(plan) == ["pool/inner"])
    #expect(tasks(plan) == ["pool/inner for pool/inner only b.qcow2"])
  }

  @Test func `a name that is said goes before the one that is known`() throws {
    let known = try known(after: asked("pool", called: "vms"))
    let plan = try plan(asked("pool", called: "disks", origin: .configuration), known: known)
    #expect(plan.declared.map(\.name) == ["disks"])
    #expect(plan.declaredPools.map(\.origin) == [.configuration])
  }

  @Test func `a pool that was renamed keeps its name, and says where it was`() throws {
    let known = try known(after: asked("pool", called: "vms"))
    guard try status(ofPath: disk("pool"), followingLink: false).born != nil else { return }
    try disk.move("pool", to: "moved")
    let plan = try plan(asked("moved"), known: known)
    #expect(plan.renamed == [disk("pool"): disk("moved")])
    #expect(plan.declaredPools.map(\.formerPath) == [disk("pool")])
    #expect(targets(plan) == ["moved"])
  }
}
