import Foundation
import Testing

/// A source of machines that was read once is missed when nobody asks for it, or when it cannot be read.
@Suite(RealPool.needsQemuImg) struct RememberedSourcesTests {
  private static let uuid = "0f1e2d3c-0000-4000-8000-000000000001"
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.image("web.qcow2")
    try pool.shell("mkdir ../one ../two")
  }

  private func define(_ name: String, in directory: String) throws {
    try """
    <domain type='kvm'><name>\(name)</name><uuid>\(Self.uuid)</uuid><memory>1024</memory><os><type>hvm</type></os><devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='\(pool.path)/web.qcow2'/>
    <target dev='vda'/></disk></devices></domain>
    """.write(
      to: pool.folder.url("\(directory)/\(name).xml"), atomically: true, encoding: .utf8)
  }

  private func list(_ name: String, _ machines: String...) throws {
    let lines = machines.map {
      #"{"machine":"\#($0)","uuid":"\#(Self.uuid)","path":"\#(pool.path)/web.qcow2"}"#
    }
    let text = [#"{"backstory-machines":1}"#] + lines + [#"{"count":\#(lines.count)}"#, ""]
    try text.joined(separator: "\n").write(
      to: pool.folder.url(name), atomically: true, encoding: .utf8)
  }

  private func run(_ arguments: [String]) throws -> Run {
    try Program.run(
      arguments, in: pool.folder,
      environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
  }

  @discardableResult private func scan(_ sources: String...) throws -> Run {
    try run(["scan", pool.path, "--grace", "1", "--grace-age", "0h"] + sources)
  }

  private func verdict(of image: String) throws -> String? {
    try run(["orphans", "--all", "--output", "json"]).objects
      .first { ($0["filename"] as? String)?.hasSuffix("/\(image)") == true }?["verdict"] as? String
  }

  /// The sources that the last scan did not see.
  private func stale() throws -> [String] {
    let stale = try run(["status", "--output", "json"]).object["stale"] as? [[String: Any]] ?? []
    return stale.compactMap { $0["source"] as? String }.map {
      String($0.split(separator: "/").last ?? "")
    }
  }

  private func machines() throws -> [String] {
    try run(["machines", "--output", "json"]).objects.compactMap { $0["domain"] as? String }
  }

  private func kinds() throws -> [String] {
    try run(["check", "--output", "json"]).objects.compactMap { $0["kind"] as? String }
  }

  @Test func `a source whose machines another source knows too is missed`() throws {
    try define("web", in: "one")
    try define("web", in: "two")
    try scan("--domains", "one", "--domains", "two")
    try pool.image("new.qcow2")
    let scan = try scan("--domains", "one")
    #expect(scan.code == 0)
    #expect(scan.complaint.contains("machines --forget"))
    #expect(try verdict(of: "new.qcow2") == "unknown")
    #expect(try stale() == ["two"])
    #expect(!(try run(["orphans", "--script"]).output.contains("new.qcow2")))
  }

  @Test func `a source of no machine is missed until somebody lets go of it`() throws {
    try define("web", in: "one")
    try list("list.jsonl")
    try scan("--domains", "one", "--machines", "list=list.jsonl")
    try pool.image("new.qcow2")
    try scan("--domains", "one")
    #expect(try verdict(of: "new.qcow2") == "unknown")
    #expect(try stale() == ["list.jsonl"])
    // Its file is gone: that is no reason to refuse the scan, and nothing was read.
    try pool.shell("rm ../list.jsonl")
    #expect(try scan("--domains", "one", "--machines", "list=list.jsonl").code == 3)
    #expect(try verdict(of: "new.qcow2") == "unknown")
    let path = pool.folder.url("list.jsonl").path
    #expect(try run(["machines", "--forget", path]).code == 0)
    #expect(try scan("--domains", "one").code == 0)
    #expect(try verdict(of: "new.qcow2") == "orphan")
    #expect(try stale() == [])
  }

  @Test func `a source is the same by another path`() throws {
    try define("web", in: "one")
    try scan("--domains", "one")
    try pool.shell("ln -s one ../way")
    try pool.image("new.qcow2")
    let scan = try scan("--domains", "way")
    #expect(!scan.complaint.contains("machines --forget"))
  }

  @Test func `a list is the same by a symbolic link`() throws {
    try list("a.jsonl", "web")
    try pool.shell("sed -i 's/\"uuid\":\"[^\"]*\",//' ../a.jsonl; ln -s a.jsonl ../now.jsonl")
    try scan("--machines", "list=a.jsonl")
    try scan("--machines", "list=now.jsonl")
    #expect(try machines() == ["web"])
    #expect(!(try kinds().contains("shared-writable")))
  }

  @Test func `a machine keeps its name where the source that knows it best is not seen`() throws {
    try define("web", in: "one")
    try list("list.jsonl", "web-01")
    try scan("--domains", "one", "--machines", "list=list.jsonl")
    #expect(try machines() == ["web"])
    try pool.shell("mv ../one ../away; mkdir ../one")
    for _ in 0..<2 {
      try scan("--domains", "one", "--machines", "list=list.jsonl")
      #expect(try machines() == ["web"])
      #expect(!(try kinds().contains("shared-writable")))
    }
    // Its definition is read and gone: the list is right.
    try pool.shell("rmdir ../one; mv ../away ../one; rm ../one/web.xml")
    try define("other", in: "one")
    try pool.shell("sed -i s/0001/0009/ ../one/other.xml")
    try scan("--domains", "one", "--machines", "list=list.jsonl")
    #expect(try machines().sorted() == ["other", "web-01"])
  }

  @Test func `two lists that call a machine otherwise know one, one list of two knows two`() throws
  {
    try list("a.jsonl", "old")
    try list("b.jsonl", "new")
    try scan("--machines", "list=a.jsonl", "--machines", "list=b.jsonl")
    #expect(try machines().count == 1)
    #expect(!(try kinds().contains("shared-writable")))
    let copied = try RememberedSourcesTests()
    try copied.list("a.jsonl", "one", "two")
    try copied.scan("--machines", "list=a.jsonl")
    #expect(try copied.machines() == ["one", "two"])
    #expect(try copied.kinds().contains("shared-writable"))
  }
}
