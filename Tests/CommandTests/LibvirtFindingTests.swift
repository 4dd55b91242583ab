import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct LibvirtFindingTests {
  /// A base, two overlays of it, and an image that stands alone.
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("mail.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("alone.qcow2")
    return tree
  }

  @Test func `domains that use images as they should are no finding`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"), tree.disk("alone.qcow2", "vdb"))
    try tree.define("mail", tree.disk("mail.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `a disk that is not there is missing, until it is there`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("alone.qcow2"))
    try tree.scan()
    try tree.images.shell("mv alone.qcow2 other.qcow2")
    try tree.scan()
    #expect(try tree.findings() == ["domain-image-missing web alone.qcow2"])
    let finding = try #require(try tree.objects("broken").first)
    #expect((finding["last-good"] as? [String: Any])?["scan"] as? Int == 1)
    let cause = try #require(finding["cause"] as? [String: Any])
    #expect(cause["kind"] as? String == "target-moved")
    #expect(cause["now-at"] as? [String] == [tree.path("other.qcow2")])
    try tree.define("web", tree.disk("other.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
    #expect(try tree.findings("--at", "2") == ["domain-image-missing web alone.qcow2"])
  }

  @Test func `behind a link into another directory a relative base is missing`() throws {
    let tree = try tree()
    try tree.images.shell(
      "mkdir links && ln -s ../web.qcow2 links/web.qcow2 && ln -s web.qcow2 beside.qcow2 "
        + "&& ln -s . whole && qemu-img create -q -f qcow2 -b \(tree.pool)/base.qcow2 -F qcow2 abs.qcow2 "
        + "&& ln -s ../abs.qcow2 links/abs.qcow2")
    for image in ["links/web.qcow2", "beside.qcow2", "whole/web.qcow2", "links/abs.qcow2"] {
      try tree.define(String(image.filter { $0 != "/" }), tree.disk(image, inside: "<shareable/>"))
    }
    try tree.scan()
    let found = try tree.objects("check", "--kind", "domain-image-missing")
    #expect(found.compactMap { $0["domain"] as? String } == ["linksweb.qcow2"])
    #expect(
      (found.first?["message"] as? String)?
        .contains("QEMU looks for its base 'base.qcow2' beside the link") == true)
    try tree.images.shell("ln -s ../base.qcow2 links/")
    try tree.scan()
    #expect(try tree.objects("check", "--kind", "domain-image-missing").isEmpty)
  }

  @Test func `a CD-ROM that may be missing may be missing`() throws {
    let tree = try tree()
    try tree.define(
      "web",
      "<disk type='file' device='cdrom'><driver type='raw'/>"
        + "<source file='\(tree.path("no.iso"))' startupPolicy='optional'/><target dev='sda'/></disk>"
    )
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `a format in the XML that the header contradicts is told`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("alone.qcow2", format: "raw"))
    try tree.scan()
    #expect(try tree.findings() == ["domain-format-mismatch web alone.qcow2"])
    #expect(try tree.backstory(["check"]).output.contains("as raw, and its header shows qcow2"))
  }

  @Test func `what a domain has with an image is in the image's life`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("alone.qcow2", format: "raw"))
    try tree.scan()
    try tree.define("web", tree.disk("alone.qcow2"))
    try tree.scan()
    let run = try tree.backstory(["history", tree.path("alone.qcow2"), "--output", "json"])
    #expect(
      run.objects.compactMap { $0["event"] as? String } == [
        "appeared", "finding-opened", "finding-closed",
      ])
    let kinds = run.objects.compactMap { ($0["finding"] as? [String: Any])?["kind"] as? String }
    #expect(kinds == ["domain-format-mismatch", "domain-format-mismatch"])
  }

  @Test(arguments: [
    ("<backingStore/>", "web.qcow2"),
    (
      "<backingStore type='file'><format type='qcow2'/><source file='POOL/alone.qcow2'/></backingStore>",
      "alone.qcow2"
    ),
    (
      "<backingStore type='file'><format type='raw'/><source file='POOL/base.qcow2'/></backingStore>",
      "base.qcow2"
    ),
  ])
  func `a chain in the XML that the headers contradict is told`(
    chain: String, place: String
  ) throws {
    let tree = try tree()
    let inside = chain.replacing("POOL", with: tree.pool)
    try tree.define("web", tree.disk("web.qcow2", inside: inside))
    try tree.scan()
    let found = try tree.findings().filter { $0.hasPrefix("domain-") }
    #expect(found == ["domain-chain-mismatch web \(place)"])
  }

  @Test func `a chain in the XML that is the one of the headers is no finding`() throws {
    let tree = try tree()
    let inside =
      "<backingStore type='file'><format type='qcow2'/><source file='\(tree.path("base.qcow2"))'/>"
      + "<backingStore/></backingStore>"
    try tree.define("web", tree.disk("web.qcow2", inside: inside))
    try tree.define("mail", tree.disk("mail.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `a base that a domain may write to is in use, and not when it is read-only`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("base.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["base-in-use web base.qcow2"])
    #expect(try tree.backstory(["check"]).output.contains("2 overlays depend"))
    try tree.define("web", tree.disk("base.qcow2", inside: "<readonly/>"))
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `two domains that write to one image share it, unless they say so`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("alone.qcow2"))
    try tree.define("mail", tree.disk("alone.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["shared-writable - alone.qcow2"])
    #expect(try tree.backstory(["check"]).output.contains("'mail', 'web'"))
    try tree.define("web", tree.disk("alone.qcow2", inside: "<shareable/>"))
    try tree.define("mail", tree.disk("alone.qcow2", inside: "<shareable/>"))
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `one domain that runs does not share with itself`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.start("web", tree.disk("web.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["chain-leftover - mail.qcow2"])
    let image = try tree.backstory(["show", tree.path("web.qcow2"), "--output", "json"]).object
    #expect(image["in-use"] as? Bool == true)
    #expect(try tree.dependents("base.qcow2") == ["mail.qcow2", "web.qcow2", "web vda"])
  }

  @Test func `what runs counts for a domain that runs, and what it starts from for another`() throws
  {
    let tree = try tree()
    try tree.define("web", tree.disk("missing.qcow2"))
    try tree.start("web", tree.disk("alone.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.remove("run/libvirt/qemu/web.xml")
    try tree.scan()
    #expect(try tree.findings() == ["domain-image-missing web missing.qcow2"])
  }

  @Test func `an overlay of no domain beside one of a domain is left over`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["chain-leftover - mail.qcow2"])
  }

  @Test func `libvirt's tolerance for an unrecorded format is said`() throws {
    let tree = try tree()
    try tree.images.image("top.qcow2", "-b web.qcow2 -F qcow2")
    try tree.images.forgetBackingFormat("top.qcow2")
    try tree.images.forgetBackingFormat("mail.qcow2")
    try tree.scan()
    let messages = try tree.objects("unformatted").compactMap { $0["message"] as? String }
    #expect(messages.count == 2)
    #expect(messages.first?.contains("only while the base has no backing file of its own") == true)
    #expect(messages.last?.contains("because libvirt refuses to start") == true)
  }

  @Test func `what libvirt refuses of a base is said with its reason`() throws {
    let tree = try tree()
    let pool = tree.pool
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -b web.qcow2 -F qcow2 named.qcow2"
        + " && qemu-img create -q -u -f qcow2 -b file:\(pool)/base.qcow2 -F qcow2 protocol.qcow2 4M"
        + #" && qemu-img create -q -u -f qcow2 -b 'json:{"driver":"qcow2","file":{"driver":"file","#
        + #""filename":"\#(pool)/base.qcow2"}}' -F qcow2 json.qcow2 4M"#
        + " && qemu-img create -q -f qcow -b web.qcow2 -F qcow2 old.qcow"
        + " && qemu-img create -q -f qcow -b base.qcow2 -F qcow2 fair.qcow"
        + " && qemu-img create -q -f qed -b web.qcow2 -F qcow2 probed.qed"
        + " && qemu-img create -q -u -f qcow2 -b nbd://localhost/a -F qcow2 remote.qcow2 4M"
        + " && qemu-img create -q -u -f qcow2 -b file:base.qcow2 -F qcow2 both.qcow2 4M"
        + " && qemu-img create -q -f qcow2 -b web.qcow2 -F qcow2 silent.qcow2")
    try tree.images.forgetBackingFormat("silent.qcow2")
    try tree.images.forgetBackingFormat("remote.qcow2")
    try tree.images.forgetBackingFormat("both.qcow2")
    try tree.scan()
    func refusal(_ image: String) throws -> String? {
      let run = try tree.backstory(["show", tree.path(image), "--output", "json"])
      let references = run.object["references"] as? [[String: Any]]
      return references?.first?["libvirt-refusal"] as? String
    }
    #expect(try refusal("named.qcow2") == nil)
    #expect(try refusal("fair.qcow") == nil)
    #expect(try refusal("probed.qed") == nil)
    #expect(try refusal("protocol.qcow2") == "it does not support 'file:' before a name")
    #expect(try refusal("json.qcow2") == "it does not support format 'qcow2' in a 'json:' name")
    #expect(try refusal("old.qcow")?.contains("is not recorded") == true)
    #expect(try refusal("remote.qcow2")?.contains("on a network") == true)
    let flagged = try tree.objects("unformatted")
    #expect(
      flagged.compactMap { $0["filename"] as? String }.map { $0.dropFirst(pool.count + 1) }
        == ["both.qcow2", "probed.qed", "remote.qcow2", "silent.qcow2"])
    let messages = flagged.compactMap { $0["message"] as? String }
    #expect(messages[0].hasSuffix("it does not support 'file:' before a name."))
    #expect(messages[1].hasSuffix("open the base in whatever format its header shows."))
    #expect(messages[2].hasSuffix("because libvirt refuses to start a machine with it."))
    // What is to be done differs, so they are not told as one.
    #expect(try !tree.backstory(["unformatted"]).output.contains("and so for"))
  }

  @Test func `behind the text descriptor of a VMDK libvirt sees no base to refuse`() throws {
    let tree = try tree()
    let many = "qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse"
    try tree.images.shell(
      "\(many) one.vmdk 4M && \(many) -b one.vmdk -F vmdk two.vmdk"
        + " && \(many) -b two.vmdk -F vmdk three.vmdk"
        + " && qemu-img create -q -f vmdk -b two.vmdk -F vmdk above.vmdk"
        + " && qemu-img create -q -f vmdk single.vmdk 4M"
        + " && qemu-img create -q -f vmdk -b single.vmdk -F vmdk double.vmdk"
        + " && qemu-img create -q -f vmdk -b double.vmdk -F vmdk triple.vmdk")
    try tree.scan()
    let refused = try ["three.vmdk", "above.vmdk", "double.vmdk", "triple.vmdk"].filter { image in
      let shown = try tree.backstory(["show", tree.path(image), "--output", "json"]).object
      let references = shown["references"] as? [[String: Any]] ?? []
      return references.contains { $0["libvirt-refusal"] != nil }
    }
    #expect(refused == ["triple.vmdk"])
  }

  @Test func `a base whose header cannot be true is not said to be tolerated`() throws {
    let tree = try tree()
    try tree.images.image("low.qcow2")
    try tree.images.image("high.qcow2", "-b low.qcow2 -F qcow2")
    try tree.images.forgetBackingFormat("high.qcow2")
    try tree.images.shell(
      "printf '\\377\\377\\377\\377' | dd of=low.qcow2 bs=1 seek=20 conv=notrunc status=none")
    try tree.scan()
    let messages = try tree.objects("unformatted").compactMap { $0["message"] as? String }
    #expect(messages.first?.contains("or libvirt may refuse to start the machine") == true)
  }

  @Test func `what is found of a domain counts in the pool of its image`() throws {
    let tree = try tree()
    try tree.define(
      "web", tree.disk("alone.qcow2", format: "raw"), tree.disk("missing.qcow2", "vdb"))
    try tree.scan()
    #expect(
      try tree.findings("--pool", "default") == [
        "domain-format-mismatch web alone.qcow2", "domain-image-missing web missing.qcow2",
      ])
    let pool = try tree.objects("pools").first
    #expect(pool?["open-findings"] as? Int == 2)
  }

  @Test func `what came into use by a start is a difference`() throws {
    let tree = try tree()
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.scan()
    try tree.start("web", tree.disk("web.qcow2"))
    try tree.scan()
    let changes = try tree.backstory(["diff", "--output", "json"]).object["changes"]
    let change = (changes as? [[String: Any]])?.first
    let field = (change?["fields"] as? [String: Any])?["in-use"] as? [String: Any]
    #expect(change?["filename"] as? String == tree.path("web.qcow2"))
    #expect(field?["from"] as? Bool == false)
    #expect(field?["to"] as? Bool == true)
  }
}
