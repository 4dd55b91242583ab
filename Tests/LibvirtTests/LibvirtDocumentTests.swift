import Foundation
import Libvirt
import Testing

@Suite struct LibvirtDocumentTests {
  private func document(
    _ xml: String, _ holding: LibvirtHolding
  ) throws(LibvirtFault) -> LibvirtDocument {
    try LibvirtDocument(parsing: Array(xml.utf8), holding: holding)
  }

  @Test func `each place gives its own kind of facts`() throws {
    #expect(
      try document(RealXML.pool, .pool) == .pool(PoolFacts(parsing: Array(RealXML.pool.utf8))))
    #expect(
      try document(RealXML.status, .liveDomain)
        == .domain(DomainFacts(parsing: Array(RealXML.status.utf8))))
    #expect(
      try document(RealXML.snapshot, .snapshot)
        == .snapshot(SnapshotFacts(parsing: Array(RealXML.snapshot.utf8))))
    #expect(
      try document(RealXML.checkpoint, .checkpoint)
        == .checkpoint(CheckpointFacts(parsing: Array(RealXML.checkpoint.utf8))))
  }

  @Test func `exported XML says itself what it is`() throws {
    #expect(
      try document(RealXML.status, .anyDomain)
        == .domain(DomainFacts(parsing: Array(RealXML.status.utf8))))
    #expect(
      try document(RealXML.snapshot, .anyDomain)
        == .snapshot(SnapshotFacts(parsing: Array(RealXML.snapshot.utf8))))
    #expect(
      try document(RealXML.checkpoint, .anyDomain)
        == .checkpoint(CheckpointFacts(parsing: Array(RealXML.checkpoint.utf8))))
    #expect(throws: LibvirtFault.notADomain(root: "pool")) {
      try document(RealXML.pool, .anyDomain)
    }
  }

  @Test func `a file may see libxml2's room and Foundation at once`() throws {
    #expect(try DomainFacts(parsing: Array(Data(SampleDomain.xml()))).name == "web")
  }

  @Test func `a saved state is no XML`() {
    #expect(throws: LibvirtFault.notASavedState) { try document(RealXML.status, .savedState) }
  }

  @Test func `the system's places are libvirt's own`() {
    #expect(
      LibvirtLayout.system.places.filter { $0.holding != .domain && $0.holding != .liveDomain }
        .map { "\($0.directory) \($0.suffix) \($0.isPerDomain)" } == [
          "etc/libvirt/storage .xml false", "run/libvirt/storage .xml false",
          "var/lib/libvirt/qemu/snapshot .xml true", "var/lib/libvirt/qemu/checkpoint .xml true",
          "var/lib/libvirt/qemu/save .save false",
        ])
    #expect(
      LibvirtLayout.system.places.filter { $0.holding == .domain }.map(\.directory) == [
        "etc/libvirt/qemu", "etc/libvirt/lxc", "etc/libvirt/libxl", "etc/libvirt/ch",
      ])
    #expect(
      LibvirtLayout.system.places.filter { $0.holding == .liveDomain }.map(\.directory) == [
        "run/libvirt/qemu", "run/libvirt/lxc", "run/libvirt/libxl", "run/libvirt/ch",
      ])
  }

  @Test func `a session's places are in its own directories`() {
    let layout = LibvirtLayout.session(configuration: "home/u/.config", runtime: "run/user/1000")
    #expect(
      layout.places.map { "\($0.directory) \($0.holding)" } == [
        "home/u/.config/libvirt/storage pool", "run/user/1000/libvirt/storage/run pool",
        "home/u/.config/libvirt/qemu domain", "run/user/1000/libvirt/qemu/run liveDomain",
        "home/u/.config/libvirt/qemu/snapshot snapshot",
        "home/u/.config/libvirt/qemu/checkpoint checkpoint",
        "home/u/.config/libvirt/qemu/save savedState",
      ])
  }
}
