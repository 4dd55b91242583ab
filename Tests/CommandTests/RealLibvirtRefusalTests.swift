import Foundation
import Testing

/// What libvirt refuses to start is what is flagged, and what is printed for the domain starts.
@Suite(.serialized, RealLibvirt.isNeeded) struct RealLibvirtRefusalTests {
  /// A disk of a domain, and what libvirt makes of it.
  private struct Case {
    let name: String
    let disk: String
    let isRefused: Bool
  }

  private func libvirt() throws -> RealLibvirt {
    let libvirt = try RealLibvirt()
    try libvirt.images.image("base.qcow2")
    try libvirt.images.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    let create = "qemu-img create -q"
    let many = "-f vmdk -o subformat=twoGbMaxExtentSparse"
    let pool = libvirt.images.path
    try libvirt.images.shell(
      """
      set -e
      truncate -s 16M data.raw
      \(create) -f qcow -b middle.qcow2 -F qcow2 old.qcow
      \(create) -f qcow -b data.raw -F raw fair.qcow
      \(create) -f qcow2 -b old.qcow -F qcow top.qcow2
      \(create) -f qcow2 -b old.qcow -F qcow silent.qcow2
      \(create) -f qed -b old.qcow -F qcow probed.qed
      \(create) -f vmdk one.vmdk 16M
      \(create) -f vmdk -b one.vmdk -F vmdk two.vmdk
      \(create) -f vmdk -b two.vmdk -F vmdk three.vmdk
      \(create) \(many) text.vmdk 16M
      \(create) \(many) -b text.vmdk -F vmdk text-two.vmdk
      \(create) -f vmdk -b text-two.vmdk -F vmdk above.vmdk
      \(create) -u -f qcow2 -b file:\(pool)/base.qcow2 -F qcow2 file.qcow2 16M
      \(create) -u -f qcow2 -b 'json:{"file":{"filename":"\(pool)/base.qcow2"}}' -F qcow2 json.qcow2 16M
      \(create) -u -f qcow2 -b 'json:{"driver":"raw","file":{"driver":"file","filename":"\(pool)/data.raw"}}' \
        -F raw raw.qcow2 16M
      \(create) -u -f qcow2 -b 'json:{"driver":"raw","file":{"driver":"file","filename":"\(pool)/old.qcow"}}' \
        -F raw wrapped.qcow2 16M
      """)
    try libvirt.images.forgetBackingFormat("silent.qcow2")
    try libvirt.images.forgetBackingFormat("wrapped.qcow2")
    return libvirt
  }

  private func cases(_ libvirt: RealLibvirt) -> [Case] {
    func below(_ image: String, _ format: String, _ inside: String) -> String {
      "<backingStore type='file'><format type='\(format)'/>"
        + "<source file='\(libvirt.images.path)/\(image)'/>\(inside)</backingStore>"
    }
    func told(_ image: String, _ format: String, _ chain: String) -> String {
      libvirt.disk(image, format: format).replacing("<target", with: chain + "<target")
    }
    let end = below("middle.qcow2", "qcow2", below("base.qcow2", "qcow2", "<backingStore/>"))
    func disk(_ image: String, _ format: String) -> String { libvirt.disk(image, format: format) }
    return [
      Case(name: "v1-over-chain", disk: disk("old.qcow", "qcow"), isRefused: true),
      Case(name: "v1-over-raw", disk: disk("fair.qcow", "qcow"), isRefused: false),
      Case(name: "v1-below", disk: disk("top.qcow2", "qcow2"), isRefused: true),
      Case(name: "v1-below-silent", disk: disk("silent.qcow2", "qcow2"), isRefused: true),
      Case(name: "v1-below-qed", disk: disk("probed.qed", "qed"), isRefused: true),
      Case(name: "vmdk-single", disk: disk("one.vmdk", "vmdk"), isRefused: false),
      Case(name: "vmdk-over-single", disk: disk("two.vmdk", "vmdk"), isRefused: false),
      Case(name: "vmdk-over-chain", disk: disk("three.vmdk", "vmdk"), isRefused: true),
      Case(name: "vmdk-over-text", disk: disk("above.vmdk", "vmdk"), isRefused: false),
      Case(name: "file", disk: disk("file.qcow2", "qcow2"), isRefused: true),
      Case(name: "json", disk: disk("json.qcow2", "qcow2"), isRefused: true),
      Case(name: "json-raw", disk: disk("raw.qcow2", "qcow2"), isRefused: false),
      Case(name: "json-raw-silent", disk: disk("wrapped.qcow2", "qcow2"), isRefused: true),
      Case(name: "as-raw", disk: disk("old.qcow", "raw"), isRefused: false),
      Case(name: "told", disk: told("old.qcow", "qcow", end), isRefused: false),
      Case(
        name: "told-past", disk: told("old.qcow", "qcow", below("middle.qcow2", "qcow2", "")),
        isRefused: false),
      Case(
        name: "told-in-part", disk: told("top.qcow2", "qcow2", below("old.qcow", "qcow", "")),
        isRefused: true),
    ]
  }

  /// The domains that findings say do not start, or whose image they say so of.
  private func flagged(_ libvirt: RealLibvirt, _ cases: [Case]) throws -> Set<String> {
    let findings = try libvirt.images.backstory("check", "--output", "json").objects.filter {
      ["domain-chain-refused", "backing-format-unrecorded"].contains($0["kind"] as? String ?? "")
    }
    // A qed image is flagged over any base: libvirt believes what the base shows.
    let domains = findings.compactMap { $0["domain"] as? String }
    let images = findings.filter { $0["domain"] == nil }.compactMap { $0["filename"] as? String }
    return Set(
      cases.filter { one in
        domains.contains("\(libvirt.name)-\(one.name)")
          || images.contains { one.disk.contains("'\($0)'") && !one.name.hasSuffix("qed") }
      }.map(\.name))
  }

  @Test func `what libvirt refuses to start is flagged, and nothing else`() throws {
    let libvirt = try libvirt()
    let cases = cases(libvirt)
    var domains: [String: String] = [:]
    for one in cases { domains[one.name] = try libvirt.define(one.name, one.disk) }
    #expect(try libvirt.isSeenWhole())
    let refused = Set(cases.filter(\.isRefused).map(\.name))
    #expect(try flagged(libvirt, cases) == refused)
    for one in cases {
      let domain = try #require(domains[one.name])
      let complaint = try libvirt.refusal("start \(domain) --paused")
      #expect(complaint.isEmpty == !one.isRefused, "\(one.name): \(complaint)")
      if complaint.isEmpty { try libvirt.virsh("destroy \(domain)") }
    }
  }

  @Test func `what is printed for a refused domain starts, and is flagged no more`() throws {
    let libvirt = try libvirt()
    // It says that old.qcow is raw, and so two say different things of it.
    try libvirt.images.shell("rm wrapped.qcow2")
    let names: Set = [
      "v1-over-chain", "v1-below", "v1-below-qed", "vmdk-over-chain", "file", "json",
    ]
    for one in cases(libvirt) where names.contains(one.name) {
      _ = try libvirt.define(one.name, one.disk)
    }
    #expect(try libvirt.isSeenWhole())
    func flagged() throws -> Int {
      try libvirt.images.findings("--kind", "domain-chain-refused").count
    }
    #expect(try flagged() == names.count)
    for name in names {
      let told = try libvirt.spelled("--domain", "\(libvirt.name)-\(name)", "--target", "vda")
      try libvirt.virsh("undefine \(libvirt.name)-\(name)")
      let domain = try libvirt.define(name, told)
      try libvirt.virsh("start \(domain) --paused")
      try libvirt.virsh("destroy \(domain)")
    }
    #expect(try libvirt.isSeenWhole())
    #expect(try flagged() == 0)
  }
}
