import Foundation
import Testing

/// Domains that libvirt refuses to start: `domain-chain-refused`.
@Suite(RealPool.needsQemuImg) struct LibvirtRefusalTests {
  /// A base, an overlay of it that records the format, and one of version 1 over that, which cannot.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.shell(
      "qemu-img create -q -f qcow -b middle.qcow2 -F qcow2 old.qcow && truncate -s 4M data.raw")
    return tree
  }

  /// A `<backingStore>` of an image in the pool, with more of the chain in it.
  private func below(
    _ image: String, format: String, _ tree: LibvirtTree, _ inside: String = ""
  ) -> String {
    "<backingStore type='file'><format type='\(format)'/><source file='\(tree.path(image))'/>\(inside)"
      + "</backingStore>"
  }

  private func refused(_ tree: LibvirtTree, _ more: String...) throws -> [String] {
    try tree.findings(arguments: ["--kind", "domain-chain-refused"] + more)
  }

  private func message(_ tree: LibvirtTree, _ more: String...) throws -> String {
    let run = try tree.backstory(
      ["check", "--kind", "domain-chain-refused", "--output", "json"] + more)
    return run.objects.first?["message"] as? String ?? ""
  }

  @Test func `a domain on an overlay that cannot record its base's format is refused`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("old.qcow", format: "qcow"))
    let run = try tree.scan()
    #expect((run.object["findings"] as? [String: Any])?["open"] as? Int == 1)
    let finding = try #require(try tree.objects("check").first)
    #expect(finding["kind"] as? String == "domain-chain-refused")
    #expect(finding["severity"] as? String == "error")
    #expect(finding["domain"] as? String == "web")
    #expect(finding["filename"] as? String == tree.path("old.qcow"))
    #expect((finding["reference"] as? [String: Any])?["role"] as? String == "disk")
    #expect(
      finding["message"] as? String == """
        Domain 'web' cannot start with its disk vda, because libvirt refuses the base of \
        '\(tree.path("old.qcow"))': the format of the base is not recorded, and the base has a base of its own; put what 'backstory xml --domain web --target vda' prints into the \
        domain, or convert the overlay to qcow2, which records the format.
        """)
    #expect(try tree.backstory(["check", "--kind", "domain-chain-refused"]).code == 2)
    #expect(try tree.backstory(["monitor"]).output.contains("1 error"))
  }

  @Test func `what is printed for the domain mends it, and the night before keeps its finding`()
    throws
  {
    let tree = try tree()
    try tree.define("web", tree.disk("old.qcow", format: "qcow"))
    try tree.scan()
    let told = try tree.backstory(["xml", "--domain", "web", "--target", "vda"])
    #expect(told.code == 0, "\(told.complaint)")
    try tree.define("web", told.output)
    try tree.scan()
    #expect(try refused(tree) == [])
    #expect(try refused(tree, "--at", "1") == ["domain-chain-refused web old.qcow"])
    #expect(try message(tree, "--at", "1").contains("the base of '\(tree.path("old.qcow"))'"))
    let history = try tree.objects("history", tree.path("old.qcow"))
    #expect(history.compactMap { $0["event"] as? String }.last == "finding-closed")
  }

  @Test func `converted to qcow2 it is mended, and what comes to light below is told anew`() throws
  {
    let tree = try tree()
    try tree.images.shell("qemu-img create -q -f qcow -b old.qcow -F qcow older.qcow")
    try tree.define("web", tree.disk("older.qcow", format: "qcow"))
    try tree.scan()
    #expect(try message(tree).contains("the base of '\(tree.path("older.qcow"))'"))
    try tree.images.shell(
      "rm older.qcow && qemu-img create -q -f qcow2 -b old.qcow -F qcow older.qcow2")
    try tree.define("web", tree.disk("older.qcow2"))
    try tree.scan()
    #expect(try message(tree).contains("the base of '\(tree.path("old.qcow"))'"))
    #expect(try message(tree, "--at", "1").contains("the base of '\(tree.path("older.qcow"))'"))
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -b middle.qcow2 -F qcow2 new && mv new old.qcow")
    try tree.images.shell("qemu-img rebase -u -b old.qcow -F qcow2 older.qcow2")
    try tree.scan()
    #expect(try refused(tree) == [])
  }

  @Test func `an image of unrecorded format that names no base is taken`() throws {
    let tree = try tree()
    try tree.images.shell(
      "qemu-img create -q -f qcow -b base.qcow2 -F qcow2 fair.qcow"
        + " && qemu-img create -q -f qcow -b data.raw -F raw plain.qcow"
        + " && qemu-img create -q -f vmdk one.vmdk 4M"
        + " && qemu-img create -q -f vmdk -b one.vmdk -F vmdk two.vmdk"
        + " && qemu-img create -q -f vmdk -b two.vmdk -F vmdk three.vmdk")
    try tree.define("fair", tree.disk("fair.qcow", format: "qcow"))
    try tree.define("plain", tree.disk("plain.qcow", format: "qcow"))
    try tree.define("two", tree.disk("two.vmdk", format: "vmdk"))
    try tree.define("three", tree.disk("three.vmdk", format: "vmdk"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused three three.vmdk"])
  }

  @Test func `a descriptor that is a file of its own is text to libvirt`() throws {
    let tree = try tree()
    let many = "qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse"
    try tree.images.shell(
      "\(many) one.vmdk 4M && \(many) -b one.vmdk -F vmdk two.vmdk"
        + " && \(many) -b two.vmdk -F vmdk three.vmdk"
        + " && qemu-img create -q -f vmdk -b two.vmdk -F vmdk above.vmdk")
    try tree.define("three", tree.disk("three.vmdk", format: "vmdk"))
    try tree.define("above", tree.disk("above.vmdk", format: "vmdk"))
    try tree.scan()
    #expect(try refused(tree) == [])
  }

  @Test(arguments: [
    ("file:POOL/base.qcow2", "it does not support 'file:' before a name"),
    (
      #"json:{"driver":"qcow2","file":{"driver":"file","filename":"POOL/base.qcow2"}}"#,
      "it does not support format 'qcow2' in a 'json:' name"
    ),
    (
      #"json:{"file":{"filename":"POOL/base.qcow2"}}"#,
      "it does not support a 'json:' name without a driver"
    ),
  ])
  func `a name that libvirt does not read is refused`(name: String, why: String) throws {
    let tree = try tree()
    let stored = name.replacing("POOL", with: tree.pool)
    try tree.images.shell("qemu-img create -q -u -f qcow2 -b '\(stored)' -F qcow2 named.qcow2 4M")
    try tree.images.image("top.qcow2", "-b named.qcow2 -F qcow2")
    try tree.define("web", tree.disk("top.qcow2"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused web top.qcow2"])
    let message = try message(tree)
    #expect(message.contains("the base of '\(tree.path("named.qcow2"))': \(why);"))
    let command = try #require(message.split(separator: "'").dropLast().last.map(String.init))
    #expect(command.hasPrefix("qemu-img rebase -u -f qcow2 -F qcow2 -b "))
    try tree.images.shell(command)
    try tree.scan()
    #expect(try refused(tree).isEmpty)
  }

  @Test func `a base on a network whose format cannot be recorded is refused`() throws {
    let tree = try tree()
    try tree.images.shell(
      "qemu-img create -q -u -f qcow -b nbd://localhost/a -F raw remote.qcow 4M")
    try tree.define("web", tree.disk("remote.qcow", format: "qcow"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused web remote.qcow"])
    let message = try message(tree)
    #expect(message.contains("the base is on a network; convert the overlay to qcow2"))
    #expect(try tree.backstory(["xml", "--domain", "web"]).code == 1)
  }

  @Test func `where the XML ends the chain nothing is looked for, and below where it ends, all is`()
    throws
  {
    let tree = try tree()
    try tree.images.image("top.qcow2", "-b old.qcow -F qcow")
    let end = "<backingStore/>"
    let middle = below("middle.qcow2", format: "qcow2", tree)
    let all = below(
      "old.qcow", format: "qcow", tree,
      below("middle.qcow2", format: "qcow2", tree, below("base.qcow2", format: "qcow2", tree, end)))
    try tree.define("whole", tree.disk("top.qcow2", inside: all))
    try tree.define("ended", tree.disk("old.qcow", format: "qcow", inside: end))
    try tree.define("past", tree.disk("old.qcow", format: "qcow", inside: middle))
    try tree.define(
      "partly", tree.disk("top.qcow2", inside: below("old.qcow", format: "qcow", tree)))
    try tree.define("not", tree.disk("top.qcow2"))
    try tree.scan()
    #expect(
      try refused(tree) == [
        "domain-chain-refused not top.qcow2", "domain-chain-refused partly top.qcow2",
      ])
  }

  @Test func `a disk that the domain takes for raw is not looked into, nor one without a format`()
    throws
  {
    let tree = try tree()
    try tree.define("raw", tree.disk("old.qcow", format: "raw"))
    try tree.define(
      "silent",
      "<disk type='file'><source file='\(tree.path("old.qcow"))'/><target dev='vda'/></disk>",
      "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><target dev='sda'/></disk>")
    try tree.images.image("top.qcow2", "-b old.qcow -F qcow")
    try tree.images.shell("qemu-img rebase -u -b old.qcow -F raw top.qcow2")
    try tree.define("below", tree.disk("top.qcow2"))
    try tree.scan()
    #expect(try refused(tree) == [])
  }

  @Test func `what is flagged with the overlay is not flagged with the domain`() throws {
    let tree = try tree()
    try tree.images.image("silent.qcow2", "-b old.qcow -F qcow")
    try tree.images.forgetBackingFormat("silent.qcow2")
    try tree.define("web", tree.disk("silent.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["backing-format-unrecorded - silent.qcow2"])
    // libvirt believes what is below a qed image, and goes on.
    try tree.images.shell("qemu-img create -q -f qed -b old.qcow -F qcow probed.qed")
    try tree.define("probed", tree.disk("probed.qed", format: "qed"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused probed probed.qed"])
  }

  @Test func `where a base is missing nothing more is said`() throws {
    let tree = try tree()
    try tree.images.image("top.qcow2", "-b old.qcow -F qcow")
    try tree.define("web", tree.disk("top.qcow2"))
    try tree.scan()
    try tree.images.shell("mv old.qcow away")
    try tree.scan()
    #expect(try refused(tree) == [])
    try tree.images.shell("mv away old.qcow")
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused web top.qcow2"])
  }

  @Test func `what runs was started; what the next start goes by counts`() throws {
    let tree = try tree()
    try tree.start("web", tree.disk("old.qcow", format: "qcow"))
    try tree.scan()
    #expect(try refused(tree) == [])
    try tree.define("web", tree.disk("old.qcow", format: "qcow"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused web old.qcow"])
    try tree.remove("etc/libvirt/qemu/web.xml")
    try tree.scan()
    #expect(try refused(tree) == [])
  }

  @Test func `each refused disk of a domain is told once`() throws {
    let tree = try tree()
    try tree.images.shell("cp old.qcow other.qcow")
    try tree.define(
      "web", tree.disk("old.qcow", format: "qcow"), tree.disk("other.qcow", "vdb", format: "qcow"),
      tree.disk("base.qcow2", "vdc", inside: "<readonly/>"))
    try tree.define("xen", tree.disk("base.qcow2", inside: "<readonly/>"))
    try tree.scan()
    #expect(
      try refused(tree) == [
        "domain-chain-refused web old.qcow", "domain-chain-refused web other.qcow",
      ])
  }

  @Test func `only QEMU's domains are asked for their chains`() throws {
    let tree = try tree()
    try tree.write(
      "etc/libvirt/libxl/web.xml",
      LibvirtTree.domain("web", [tree.disk("old.qcow", format: "qcow")]))
    try tree.scan()
    #expect(try tree.dependents("old.qcow") == ["web vda"])
    #expect(try refused(tree) == [])
  }

  @Test func `a chain that goes round is no endless way down`() throws {
    let tree = try tree()
    try tree.images.image("a.qcow2")
    try tree.images.image("b.qcow2", "-b a.qcow2 -F qcow2")
    try tree.images.shell("qemu-img rebase -u -b b.qcow2 -F qcow2 a.qcow2")
    try tree.define("web", tree.disk("a.qcow2"), tree.disk("old.qcow", "vdb", format: "qcow"))
    try tree.scan()
    #expect(try refused(tree) == ["domain-chain-refused web old.qcow"])
  }
}
