import Foundation
import Testing

/// What is named otherwise than it is known is still what it is: a machine, a path in a text, a rule's path, a pool.
@Suite(RealPool.needsQemuImg) struct OtherSpellingTests {
  /// Nights enough for whatever is unused; who is an orphan then, and what the script moves.
  private func orphans(_ tree: LibvirtTree, _ scan: String...) throws -> [String] {
    for _ in 1...3 {
      _ = try tree.backstory(
        ["scan", "--output", "json", "--grace-age", "0h", "--libvirt", "--libvirt-root", tree.root]
          + scan)
    }
    return try tree.orphans()
  }

  @Test func `libvirt below a second root is refused, and not passed over`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    let other = tree.folder.url("other").path
    for words in [
      ["--machines", "libvirt=\(tree.root)", "--machines", "libvirt=\(other)"],
      ["--libvirt", "--libvirt-root", tree.root, "--machines", "libvirt=\(other)"],
    ] {
      let run = try tree.backstory(["scan", tree.pool] + words)
      #expect(run.code == 1)
      #expect(run.complaint.contains("below one root"), "\(run.complaint)")
    }
    let same = try tree.backstory([
      "scan", tree.pool, "--libvirt", "--libvirt-root", tree.root, "--machines",
      "libvirt=\(tree.root)",
    ])
    #expect(same.code == 0, "\(same.complaint)")
    // Somebody who names one means that one, whatever is found.
    let found = try tree.backstory([
      "scan", tree.pool, "--machines", "auto=\(other)", "--machines", "libvirt=\(tree.root)",
    ])
    #expect(found.code == 0, "\(found.complaint)")
    try tree.folder.write(
      Array(
        """
        [libvirt]
        root = "\(tree.root)"
        enabled = true
        [[machines]]
        kind = "libvirt"
        path = "\(other)"
        [[pool]]
        name = "p"
        path = "\(tree.pool)"
        """.utf8), "c.toml")
    let configured = try tree.backstory(["scan", "--config", tree.folder.url("c.toml").path])
    #expect(configured.code == 1)
  }

  @Test func `a UUID however it is spelled is one machine`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    let uuid = "0f1e2d3c-0a0b-4c0d-8e0f-000000000001"
    let domain = LibvirtTree.domain("vm", [tree.disk("disk.qcow2")])
    let bare = domain.replacing(
      /<uuid>.*<\/uuid>/, with: "<uuid> \(uuid.filter { $0 != "-" })\n</uuid>")
    try tree.write("etc/libvirt/qemu/vm.xml", bare)
    try tree.folder.write(
      Array(
        """
        {"backstory-machines":1}
        {"machine":"web","uuid":"{\(uuid.uppercased())}","path":"\(tree.path("disk.qcow2"))"}
        {"count":1}

        """.utf8), "list")
    try tree.scan("--machines", "list=\(tree.folder.url("list").path)")
    #expect(try tree.findings().isEmpty)
    let machines = try tree.objects("machines")
    #expect(machines.compactMap { $0["uuid"] as? String } == [uuid])
  }

  @Test(arguments: [
    "<metadata><d xmlns='u'>file://PATH</d></metadata>",
    "<metadata><d xmlns='u' v='golden=PATH'/></metadata>",
    "<metadata><d xmlns='u'>{\"golden\": \"PATH\"}</d></metadata>",
    "<description>made from PATH.</description>",
    "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:arg value='-x'/><qemu:arg value='y:PATH:ro'/></qemu:commandline>",
  ])
  func `a path within a text of a definition is a use`(text: String) throws {
    let tree = try LibvirtTree()
    try tree.images.image("root.qcow2")
    try tree.images.image("golden.qcow2")
    try tree.images.image("nobody.qcow2")
    let said = text.replacingOccurrences(of: "PATH", with: tree.path("golden.qcow2"))
    let domain = LibvirtTree.domain("vm", [tree.disk("root.qcow2")])
    try tree.write(
      "etc/libvirt/qemu/vm.xml",
      domain.replacingOccurrences(of: "</domain>", with: "\(said)</domain>"))
    #expect(try orphans(tree) == ["orphan nobody.qcow2"])
    #expect(try tree.backstory(["dependents", "--exit-code", tree.path("golden.qcow2")]).code == 2)
  }

  @Test func `a rule's path means a pool that is known by another`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.images.image("gold.qcow2")
    try tree.define("vm", tree.disk("disk.qcow2"))
    try tree.scan()
    try tree.images.shell("ln -s pool ../archive")
    let way = tree.folder.url("archive").path
    try tree.folder.write(
      Array(
        """
        [[keep]]
        path = "\(way)/**"
        reason = "archive"
        """.utf8), "c.toml")
    let configuration = tree.folder.url("c.toml").path
    #expect(try orphans(tree, "--config", configuration).isEmpty)
    #expect(try tree.orphans("--all").contains("kept gold.qcow2"))
  }

  @Test func `a pool that is a symbolic link is walked beside the pool above it`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir ../away; ln -s ../away in")
    try pool.image("../away/a.qcow2")
    try pool.image("b.qcow2")
    let alone = try pool.scan("\(pool.path)/in")
    #expect(alone.count("images") == 1)
    for arguments in [[pool.path, "\(pool.path)/in"], ["\(pool.path)/in", pool.path]] {
      let run = try Program.run(
        ["scan", "--output", "json"] + arguments, in: pool.folder,
        environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
      #expect(run.count("images") == 2, "\(run.output)")
      #expect(run.count("removed") == 0)
    }
  }

  @Test
  func `a base that is named through a symbolic link to nothing is looked for by what that says`()
    throws
  {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir sub; ln -s x.qcow2 current")
    try tree.images.image("sub/x.qcow2")
    try tree.images.shell("qemu-img create -q -f qcow2 -u -F qcow2 -b current top.qcow2 16M")
    try tree.define("vm", tree.disk("top.qcow2"))
    #expect(try orphans(tree).isEmpty)
    #expect(try tree.backstory(["dependents", "--exit-code", tree.path("sub/x.qcow2")]).code == 2)
  }

  @Test func `a place is known by a way that is gone, and not by its text alone`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir a b")
    try pool.image("b/disk.qcow2")
    try pool.scan()
    try pool.shell("mv b/disk.qcow2 a/other.qcow2; rmdir b")
    try pool.shell("cd a; qemu-img create -q -f qcow2 -u -F qcow2 -b ../b/disk.qcow2 top.qcow2 16M")
    try pool.scan()
    let finding = try pool.backstory("check", "--kind", "backing-missing", "--output", "json")
      .objects.first
    let cause = finding?["cause"] as? [String: Any]
    #expect(cause?["kind"] as? String == "target-moved")
    #expect(cause?["now-at"] as? [String] == ["\(pool.path)/a/other.qcow2"])
    #expect(try pool.backstory("dependents", "--exit-code", "\(pool.path)/a/other.qcow2").code == 2)
  }
}
