import Host
import Model
import Testing

@testable import Record
@testable import Workflow

/// One directory is one pool, however it is spelled, and after it was renamed.
@Suite struct PoolSpellingTests {
  private let disk: RealDirectory
  private let filesystems: FileSystemIdentity

  init() throws {
    disk = try RealDirectory()
    filesystems = FileSystemIdentity(mounts: try MountTable.current())
    for name in ["pool/inner", "other"] { try disk.makeFolder(name) }
    try disk.link("way", to: "pool")
  }

  /// A root as a scan noted it when it was at another path, or at its own.
  private func known(
    _ path: String, as now: String? = nil, name: String = "vms", origin: PoolOrigin? = nil,
    change: (inout (filesystem: String?, inode: UInt64?, born: Int64?)) -> Void = { _ in }
  ) throws -> KnownRoot {
    let there = disk(now ?? path)
    let status = try? status(ofPath: there, followingLink: false)
    var noted: (filesystem: String?, inode: UInt64?, born: Int64?) = (
      try filesystems.identity(ofDirectory: disk.path), status?.inode, status?.born
    )
    change(&noted)
    return KnownRoot(
      path: disk(path), filesystem: noted.filesystem, inode: noted.inode, birthTime: noted.born,
      name: name, origin: origin)
  }

  private func spelling(
    _ asked: String..., known: [KnownRoot] = [], libvirts: [String: String] = [:]
  ) -> PoolSpelling {
    PoolSpelling(
      asked: asked.map { disk($0) }, libvirts: libvirts.mapValues { disk($0) }, known: known,
      filesystems: filesystems)
  }

  private func path(_ name: String, _ spelling: PoolSpelling) -> String {
    spelling.path(disk(name)).displayText.replacing(disk.path.displayText + "/", with: "")
  }

  @Test func `a link to a pool is the pool, and what lies behind the link lies in it`() throws {
    let spelling = spelling("way", "pool")
    #expect(path("way", spelling) == "pool")
    #expect(path("way/inner", spelling) == "pool/inner")
    #expect(path("pool/inner", spelling) == "pool/inner")
    #expect(path("other", spelling) == "other")
  }

  @Test func `the spelling that is known goes before the real one`() throws {
    let spelling = spelling("pool", known: [try known("way", as: "pool")])
    #expect(path("pool", spelling) == "way")
    #expect(path("pool/inner", spelling) == "way/inner")
    #expect(path("way", spelling) == "way")
    #expect(spelling.renamed.isEmpty)
  }

  @Test func `what is not there is spelled as it is asked for`() throws {
    let spelling = spelling("none", "pool")
    #expect(path("none", spelling) == "none")
    #expect(path("none/below", spelling) == "none/below")
  }

  @Test func `a directory that has the number and the birth of a pool that is away is that pool`()
    throws
  {
    guard try status(ofPath: disk("pool"), followingLink: false).born != nil else { return }
    let former = try known("before", as: "pool")
    let spelling = spelling("pool", known: [former])
    #expect(spelling.renamed == [disk("before"): disk("pool")])
    #expect(path("before", spelling) == "pool")
  }

  @Test func `a pool within it that is away moved with it`() throws {
    guard try status(ofPath: disk("pool"), followingLink: false).born != nil else { return }
    let spelling = spelling(
      "pool",
      known: [
        try known("before", as: "pool"), try known("before/inner", as: "none", name: "inner"),
        try known("other", name: "other"),
      ])
    #expect(
      spelling.renamed == [
        disk("before"): disk("pool"), disk("before/inner"): disk("pool/inner"),
      ])
  }

  @Test func `without a birth, or with another, on another file system, it is another directory`()
    throws
  {
    let others = [
      try known("before", as: "pool") { $0.born = nil },
      try known("before", as: "pool") { $0.born = ($0.born ?? 0) + 1 },
      try known("before", as: "pool") { $0.inode = ($0.inode ?? 0) + 1 },
      try known("before", as: "pool") { $0.filesystem = "uuid:other" },
      try known("before", as: "pool") { $0.filesystem = nil },
    ]
    for other in others { #expect(spelling("pool", known: [other]).renamed.isEmpty) }
  }

  @Test func `a pool that is where it was is not renamed, though another asks for its number`()
    throws
  {
    let spelling = spelling("other", known: [try known("pool"), try known("other")])
    #expect(spelling.renamed.isEmpty)
  }

  @Test
  func `a pool of libvirt's by the same name, whose directory is away, was given another target`()
    throws
  {
    let former = try known("before", as: "none", origin: .libvirt)
    #expect(
      spelling("other", known: [former], libvirts: ["vms": "other"]).renamed
        == [disk("before"): disk("other")])
    // Not when somebody still asks for it, names it himself, or it is another pool.
    #expect(
      spelling("other", "before", known: [former], libvirts: ["vms": "other"]).renamed.isEmpty)
    #expect(spelling("other", known: [former], libvirts: ["web": "other"]).renamed.isEmpty)
    let named = try known("before", as: "none", origin: .configuration)
    #expect(spelling("other", known: [named], libvirts: ["vms": "other"]).renamed.isEmpty)
    let there = try known("pool", origin: .libvirt)
    #expect(spelling("other", known: [there], libvirts: ["vms": "other"]).renamed.isEmpty)
  }
}
