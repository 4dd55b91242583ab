import Foundation
import Testing

/// Scans of EVE-NG's labs, overlays and images.
@Suite(RealPool.needsQemuImg) struct EVETests {
  private static let lab = "d35a1ed1-0000-4000-8000-7fda3c22ba6c"
  private static let gone = "d35a1ed1-0000-4000-8000-000000000000"

  private func tree() throws -> SourceTree {
    let tree = try SourceTree(
      """
      mkdir -p addons/qemu/vios-1 addons/qemu/spare-1 labs
      for image in vios-1 spare-1; do qemu-img create -q -f qcow2 addons/qemu/$image/virtioa.qcow2 4M; done
      for place in 0/\(Self.lab)/1 3/\(Self.lab)/1 0/\(Self.lab)/9 0/\(Self.gone)/1; do
        mkdir -p tmp/$place
        qemu-img create -q -f qcow2 -F qcow2 -b "$PWD/addons/qemu/vios-1/virtioa.qcow2" tmp/$place/virtioa.qcow2
      done
      """)
    try tree.write(
      "labs/users/stp.unl",
      """
      <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <lab name="STP" id="\(Self.lab)" version="1"><topology><nodes>
        <node id="1" name="SW1" type="qemu" template="vios" image="vios-1"/>
      </nodes></topology></lab>
      """)
    return tree
  }

  @Test func `overlays of labs and nodes that are gone are orphans, in every pod`() throws {
    let tree = try tree()
    let scan = try tree.scan("--machines", "eve=\(tree.path)")
    #expect(scan.code == 0, "\(scan.output)")
    #expect(try SourceTree.source(scan) == "complete 2")
    #expect(
      try tree.orphans("--all") == [
        "detached addons/qemu/spare-1/virtioa.qcow2",
        "orphan tmp/0/\(Self.gone)/1/virtioa.qcow2", "orphan tmp/0/\(Self.lab)/9/virtioa.qcow2",
      ])
    #expect(try tree.kinds().filter { $0 != "chain-leftover" } == ["orphan", "orphan"])
    #expect(try tree.run(["orphans"]).output.contains("no machine uses it, directly"))
    let leftovers = try tree.run(["check", "--output", "json"]).objects
      .filter { $0["kind"] as? String == "chain-leftover" }.compactMap { $0["message"] as? String }
    #expect(!leftovers.isEmpty && leftovers.allSatisfy { $0.hasPrefix("No machine uses") })
    let dependents = try tree.dependents("addons/qemu/vios-1/virtioa.qcow2")
    #expect(dependents.contains("STP/SW1 (pod 0)") && dependents.contains("STP/SW1 (pod 3)"))
  }

  @Test func `labs that are not there tonight are not seen`() throws {
    let tree = try tree()
    try tree.scan("--machines", "eve=\(tree.path)")
    try tree.pool.shell("mv labs ../away")
    let scan = try tree.scan("--machines", "eve=\(tree.path)")
    #expect(scan.code == 3)
    #expect(scan.output.contains("no lab of EVE-NG"))
    #expect(try tree.orphans() == [])
    #expect(try tree.machines() == ["STP/SW1 (pod 0)", "STP/SW1 (pod 3)"])
  }

  @Test func `a lab that cannot be read may be anybody's`() throws {
    let tree = try tree()
    try tree.write("labs/other.unl", "<lab")
    #expect(try tree.scan("--machines", "eve=\(tree.path)").code == 3)
    #expect(try tree.orphans() == [])
  }
}
