import Foundation
import Testing

@Suite(.serialized, RealLibvirt.isNeeded) struct RealLibvirtTests {
  private func libvirt() throws -> RealLibvirt {
    let libvirt = try RealLibvirt()
    try libvirt.images.image("base.qcow2")
    try libvirt.images.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    try libvirt.images.image("top.qcow2", "-b middle.qcow2 -F qcow2")
    try libvirt.images.shell("truncate -s 16M data.raw")
    return libvirt
  }

  @Test func `what libvirt detects and what is spelled out agree, and who uses what`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define(
      "web", libvirt.disk("top.qcow2") + libvirt.disk("data.raw", "vdb", format: "raw"))
    #expect(try libvirt.isSeenWhole())
    let before = try libvirt.spelled("--domain", domain)
    try libvirt.virsh("start \(domain) --paused")
    #expect(try libvirt.disks(domain) == before)
    #expect(try libvirt.isSeenWhole())
    #expect(try libvirt.spelled("--domain", domain) == before)

    let pool = try libvirt.images.backstory("pools", "--output", "json").objects
    #expect(pool.contains { $0["name"] as? String == libvirt.name })
    let top = try libvirt.images.backstory("show", "pool/top.qcow2", "--output", "json").object
    #expect(top["in-use"] as? Bool == true)
    let dependents = try libvirt.images.backstory(
      "dependents", "pool/base.qcow2", "--output", "json"
    ).objects
    #expect(dependents.count == 3)
    #expect(dependents.last?["domain"] as? String == domain)
    #expect(dependents.last?["target"] as? String == "vda")
    #expect(try libvirt.images.findings("--pool", libvirt.name) == [])
  }

  @Test func `a live snapshot makes an overlay that is known, and the rest is used`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("web", libvirt.disk("top.qcow2"))
    try libvirt.images.image("alone.qcow2")
    try libvirt.virsh("start \(domain) --paused")
    try libvirt.virsh("snapshot-create-as \(domain) one --disk-only")
    #expect(try libvirt.isSeenWhole())
    #expect(try libvirt.disks(domain) == libvirt.spelled("--domain", domain))
    let chain = try libvirt.images.backstory(
      "chain", "pool/top.one", "--output", "json"
    ).objects
    #expect(chain.count == 4)
    _ = try libvirt.scan()
    let orphans = try libvirt.images.backstory("orphans", "--output", "json").objects
      .compactMap { $0["filename"] as? String }.filter { $0.hasPrefix(libvirt.images.path) }
    let path = libvirt.images.path
    #expect(orphans == ["\(path)/alone.qcow2", "\(path)/data.raw"])
    #expect(
      try libvirt.images.findings("--pool", libvirt.name) == [
        "orphan alone.qcow2", "orphan data.raw",
      ])
  }

  @Test func `libvirt starts a domain from what is spelled out`() throws {
    let libvirt = try libvirt()
    #expect(try libvirt.isSeenWhole())
    let domain = try libvirt.define("told", libvirt.spelled("pool/top.qcow2"))
    try libvirt.virsh("start \(domain) --paused")
    #expect(try libvirt.disks(domain) == libvirt.spelled("pool/top.qcow2"))
  }

  @Test func `libvirt refuses what is flagged, and starts what is said to be tolerated`() throws {
    let libvirt = try libvirt()
    try libvirt.images.image("bad.qcow2", "-b middle.qcow2 -F qcow2")
    try libvirt.images.forgetBackingFormat("bad.qcow2")
    try libvirt.images.image("fair.qcow2", "-b base.qcow2 -F qcow2")
    try libvirt.images.forgetBackingFormat("fair.qcow2")
    let bad = try libvirt.define("bad", libvirt.disk("bad.qcow2"))
    let fair = try libvirt.define("fair", libvirt.disk("fair.qcow2"))
    #expect(try libvirt.isSeenWhole())
    let messages = try libvirt.images.backstory("unformatted", "--output", "json").objects
      .compactMap { $0["message"] as? String }.filter { $0.contains(libvirt.images.path) }
    #expect(messages.first?.contains("because libvirt refuses") == true)
    #expect(messages.last?.contains("because libvirt starts") == true)
    #expect(try libvirt.refusal("start \(bad) --paused").contains("was not specified"))
    try libvirt.virsh("start \(fair) --paused")
    let script = try libvirt.images.backstory("repair", "\(libvirt.images.path)/bad.qcow2")
    try libvirt.run(script: script.output)
    try libvirt.virsh("start \(bad) --paused")
  }

  @Test func `a domain whose base moved starts after what was printed or applied`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("mended", libvirt.disk("top.qcow2"))
    #expect(try libvirt.isSeenWhole())
    try libvirt.images.shell("mkdir bases && mv base.qcow2 'bases/it'\\''s.qcow2'")
    #expect(try libvirt.isSeenWhole())
    _ = try libvirt.refusal("start \(domain) --paused")
    #expect(try libvirt.images.backstory("repair", "--apply").code == 0)
    try libvirt.virsh("start \(domain) --paused")
    #expect(try libvirt.isSeenWhole())
    let held = try libvirt.images.backstory(
      "relocate", "\(libvirt.images.path)/middle.qcow2", "\(libvirt.images.path)/bases")
    #expect(held.code == 1)
    #expect(held.output.contains("OBSTACLE: another process has"))
  }

  @Test func `a disk that is relocated is named anew in the XML of its domain`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("moved", libvirt.disk("top.qcow2"))
    #expect(try libvirt.isSeenWhole())
    try libvirt.images.shell("mkdir away")
    let script = try libvirt.images.backstory(
      "relocate", "\(libvirt.images.path)/top.qcow2", "\(libvirt.images.path)/away/a&'b.qcow2")
    #expect(script.code == 0)
    try libvirt.run(script: script.output)
    try libvirt.run(script: script.output)
    #expect(try libvirt.isSeenWhole())
    let findings = try libvirt.images.backstory("check", "--output", "json").objects
    #expect(findings.filter { ($0["domain"] as? String) == domain }.isEmpty)
    try libvirt.virsh("start \(domain) --paused")
  }

  @Test func `libvirt finds the same names and parts`() throws {
    let libvirt = try libvirt()
    try libvirt.images.shell("mkdir sub && ln -s ../base.qcow2 sub/link && cp base.qcow2 was-raw")
    try libvirt.images.image("sub/over.qcow2", "-b ../middle.qcow2 -F qcow2")
    try libvirt.images.image("linked.qcow2", "-b sub/link -F qcow2")
    try libvirt.images.image("own.qcow2", "-b was-raw -F raw")
    try libvirt.images.image("dots.qcow2", "-b .//sub/../data.raw -F raw")
    try libvirt.images.shell(
      #"qemu-img create -q -u -f qcow2 -F raw -b 'json:{"driver":"raw","offset":1048576,"size":8388608"#
        + #","file":{"driver":"file","filename":"'"$PWD"'/data.raw"}}' part.qcow2 8M"#)
    let images = ["sub/over.qcow2", "linked.qcow2", "own.qcow2", "dots.qcow2", "part.qcow2"]
    let targets = ["vda", "vdb", "vdc", "vdd", "vde"]
    let disks = zip(images, targets).map { libvirt.disk($0, $1) }
    let domain = try libvirt.define("names", disks.joined())
    #expect(try libvirt.isSeenWhole())
    let spelled = try libvirt.spelled("--domain", domain)
    try libvirt.virsh("start \(domain) --paused")
    #expect(try libvirt.disks(domain) == spelled)
    #expect(try libvirt.spelled("pool/sub/over.qcow2").contains("/sub/../middle.qcow2'/>"))
  }

  @Test func `a copy, a commit and a managed save keep what they need in use`() throws {
    let libvirt = try libvirt()
    let domain = try libvirt.define("web", libvirt.disk("top.qcow2"))
    try libvirt.virsh("start \(domain) --paused")
    try libvirt.virsh(
      "blockcopy \(domain) vda '\(libvirt.images.path)/copy.qcow2' --format qcow2 --transient-job "
        + "--wait")
    #expect(try libvirt.isSeenWhole())
    let copy = try libvirt.images.backstory("show", "pool/copy.qcow2", "--output", "json").object
    #expect(copy["in-use"] as? Bool == true)
    try libvirt.virsh("blockjob \(domain) vda --abort")
    try libvirt.virsh("managedsave \(domain)")
    _ = try libvirt.scan()
    #expect(try libvirt.isSeenWhole())
    let found = try libvirt.images.findings("--pool", libvirt.name)
    #expect(found == ["orphan copy.qcow2", "orphan data.raw"])
    try libvirt.virsh("undefine \(domain) --managed-save")
    _ = try libvirt.scan()
    #expect(try libvirt.isSeenWhole())
    #expect(
      try libvirt.images.findings("--pool", libvirt.name) == [
        "orphan base.qcow2", "orphan copy.qcow2", "orphan data.raw", "orphan middle.qcow2",
        "orphan top.qcow2",
      ])
  }

  @Test func `a machine on a disk whose format is recorded nowhere starts after repair`() throws {
    let libvirt = try libvirt()
    try libvirt.images.image("odd.qcow2", "-b ./middle.qcow2 -F qcow2")
    try libvirt.images.image("odder.qcow2", "-b odd.qcow2 -F qcow2")
    try libvirt.images.shell("ln -s odd.qcow2 link.qcow2")
    try libvirt.images.image("linked.qcow2", "-b link.qcow2 -F qcow2")
    for name in ["odd.qcow2", "odder.qcow2", "linked.qcow2"] {
      try libvirt.images.forgetBackingFormat(name)
    }
    let odder = try libvirt.define("odder", libvirt.disk("odder.qcow2"))
    let linked = try libvirt.define("linked", libvirt.disk("linked.qcow2"))
    #expect(try libvirt.isSeenWhole())
    let flagged = try libvirt.images.backstory("unformatted", "--output", "json").objects
    #expect(flagged.count == 3)
    #expect(
      flagged.allSatisfy { ($0["message"] as? String)?.contains("libvirt refuses") == true })
    #expect(try libvirt.refusal("start \(odder) --paused").contains("was not specified"))
    #expect(try libvirt.refusal("start \(linked) --paused").contains("was not specified"))
    #expect(try libvirt.images.backstory("repair", "--apply").code == 0)
    try libvirt.virsh("start \(odder) --paused")
    try libvirt.virsh("destroy \(odder)")
    try libvirt.virsh("start \(linked) --paused")
  }

  @Test func `libvirt refuses what it is said to refuse, and nothing else`() throws {
    let libvirt = try libvirt()
    let pool = libvirt.images.path
    let json = #"json:{"driver":"qcow2","file":{"driver":"file","filename":"\#(pool)/base.qcow2"}}"#
    let bases = [
      "base.qcow2", "middle.qcow2", "data.raw", "old.qcow", "file:\(pool)/base.qcow2", json,
      "nbd://localhost:1/a",
    ]
    try libvirt.images.shell("qemu-img create -q -f qcow -b base.qcow2 -F qcow2 old.qcow")
    var images: [(name: String, format: String)] = []
    for (number, base) in bases.enumerated() {
      for format in ["qcow2", "qed", "qcow"] {
        let name = "over-\(number).\(format)"
        let recorded = base == "data.raw" ? "raw" : base == "old.qcow" ? "qcow" : "qcow2"
        try libvirt.images.shell(
          "qemu-img create -q -u -f \(format) -b '\(base)' -F \(recorded) \(name) 16M")
        images.append((name, format))
        guard format == "qcow2" else { continue }
        try libvirt.images.shell("cp \(name) silent-\(name)")
        try libvirt.images.forgetBackingFormat("silent-\(name)")
        images.append(("silent-\(name)", format))
      }
    }
    #expect(try libvirt.isSeenWhole())
    for image in images {
      let shown = try libvirt.images.backstory("show", "pool/\(image.name)", "--output", "json")
      let references = shown.object["references"] as? [[String: Any]]
      let domain = try libvirt.define(image.name, libvirt.disk(image.name, format: image.format))
      let complaint = try libvirt.refusal("start \(domain) --paused")
      // A server that does not answer is QEMU's complaint.
      let isRefused = !complaint.isEmpty && !complaint.contains("Connection refused")
      #expect((references?.first?["libvirt-refusal"] != nil) == isRefused, "\(image): \(complaint)")
      if complaint.isEmpty { try libvirt.virsh("destroy \(domain)") }
    }
  }

  @Test func `a machine on LUKS starts from what is spelled out, with its secret`() throws {
    let libvirt = try libvirt()
    // On a busy machine qemu-img is "unable to get accurate CPU usage" now and then.
    try libvirt.images.shell(
      "for attempt in $(seq 60); do qemu-img create -q --object secret,id=s,data=abc "
        + "-f luks -o key-secret=s,iter-time=10 luks.img 16M 2>/dev/null && break; done")
    let secret = "12345678-1234-1234-1234-123456789abc"
    try libvirt.run(
      script: """
        set -e
        echo "<secret><uuid>\(secret)</uuid></secret>" >secret.xml
        virsh -q secret-define secret.xml
        printf abc >passphrase
        virsh -q secret-set-value \(secret) --file passphrase --plain
        """)
    let disk = libvirt.disk("luks.img", format: "raw").replacing(
      "luks.img'/>",
      with: "luks.img'><encryption format='luks'><secret type='passphrase' uuid='\(secret)'/>"
        + "</encryption></source>")
    let told = try libvirt.define("luks", disk)
    #expect(try libvirt.isSeenWhole())
    let again = try libvirt.define("again", libvirt.spelled("--domain", told))
    try libvirt.virsh("start \(again) --paused")
    #expect(try libvirt.isSeenWhole())
    #expect(try libvirt.disks(again) == libvirt.spelled("--domain", again))
    #expect(try libvirt.images.findings("--kind", "domain-format-mismatch") == [])
  }
}
