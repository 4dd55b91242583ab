import DiskImage
import Model
import Sighting
import Testing

@testable import Record

/// Which of the files of one scan speak of one machine, and what they say together.
@Suite struct DomainKeyTests {
  private func part(
    _ name: String, uuid: String? = nil, kind: String = "libvirt", identity: String? = nil,
    _ document: DomainUse.Document = .definition, source: PathBytes = "/etc/x.xml",
    disks: [String] = [], isRunning: Bool = false
  ) -> SeenDomain {
    var part = SeenDomain(
      name: name, uuid: uuid, source: source, document: document, isRunning: isRunning,
      references: disks.enumerated().map { index, disk in
        var use = DomainUse(document: document, source: source, part: "source")
        use.target = "vd\(index)"
        var target = ReferenceTarget()
        target.path = Array(disk.utf8)
        return .init(role: .disk, target: target, format: "qcow2", use: use)
      })
    part.kind = kind
    part.identity = identity
    return part
  }

  /// The machines of some parts: name, UUID and how many parts.
  private func machines(_ parts: [SeenDomain]) -> [String] {
    DomainKey.groups(parts).map { "\($0.name) \($0.uuid ?? "-") \($1.count)" }.sorted()
  }

  @Test func `a UUID tells machines apart, whatever they are called`() {
    #expect(machines([part("a", uuid: "1"), part("a", uuid: "2")]) == ["a 1 1", "a 2 1"])
    #expect(
      machines([part("a", uuid: "1"), part("a", uuid: "1", .live)]) == ["a 1 2"])
  }

  @Test func `a machine that was renamed between two files of libvirt's is two`() {
    #expect(
      machines([part("old", uuid: "1"), part("new", uuid: "1", .saved)]) == ["new 1 1", "old 1 1"])
  }

  @Test func `without a UUID its keeper's number tells it, within the kind`() {
    #expect(
      machines([
        part("a", kind: "pve", identity: "100"), part("a", kind: "pve", identity: "101"),
        part("a", kind: "gns3", identity: "100"),
      ]) == ["a - 1", "a - 1", "a - 1"])
  }

  @Test func `a number takes the UUID that any part says of it`() {
    #expect(
      machines([
        part("a", uuid: "1", kind: "pve", identity: "100"), part("a", kind: "pve", identity: "100"),
      ]) == ["a 1 2"])
  }

  @Test func `a UUID that two numbers bear says nothing of who they are`() {
    #expect(
      machines([
        part("a", uuid: "1", kind: "pve", identity: "100"),
        part("b", uuid: "1", kind: "pve", identity: "101"),
      ]) == ["a - 1", "b - 1"])
  }

  @Test func `where sources call a machine otherwise the one that knows it best has the word`() {
    var listed = part("listed", uuid: "1", kind: "list")
    listed.word = .list
    var process = part("process", uuid: "1", kind: "running", .process)
    process.word = .process
    #expect(machines([process, listed, part("kept", uuid: "1")]) == ["kept 1 3"])
    #expect(machines([process, listed]) == ["listed 1 2"])
    #expect([part("a"), part("a", kind: "pve"), listed, process].map(\.rank) == [0, 1, 2, 3])
  }

  // MARK: What they say together

  @Test func `the live file speaks first, then the definition`() {
    let merged = MergedDomain([
      part("a", .saved, source: "/save"), part("a", source: "/definition"),
      part("a", .live, source: "/live", isRunning: true),
    ])
    #expect(merged.source == "/live" && merged.isLive && merged.isRunning)
    let still = MergedDomain([part("a", .saved, source: "/save"), part("a", source: "/definition")])
    #expect(still.source == "/definition" && !still.isLive && !still.isRunning)
  }

  @Test func `what several files say alike is one reference with all of them`() {
    let merged = MergedDomain([
      part("a", source: "/definition", disks: ["/pool/one", "/pool/two"]),
      part("a", .live, source: "/live", disks: ["/pool/one", "/pool/three"]),
    ])
    let told = merged.references.map { reference in
      "\(String(decoding: reference.stored, as: UTF8.self)) \(reference.use.documents.map(\.rawValue).sorted())"
    }
    #expect(told.count == 3)
    #expect(merged.references.first?.use.documents.count == 2)
    #expect(merged.references.first?.use.sources.count == 2)
    #expect(
      merged.references.map { String(decoding: $0.stored, as: UTF8.self) } == [
        "/pool/one", "/pool/three", "/pool/two",
      ])
  }

  @Test func `what one file says twice is two references`() {
    let twice = part("a", disks: ["/pool/one"])
    var part = twice
    part.references += twice.references
    #expect(MergedDomain([part]).references.count == 2)
    // And both are those of a second file that says it twice as well.
    var live = self.part("a", .live, disks: ["/pool/one"])
    live.references += live.references
    #expect(MergedDomain([part, live]).references.count == 2)
  }

  @Test func `a volume is stored as its pool and its name`() {
    var target = ReferenceTarget()
    target.type = .volume
    target.name = "disk"
    target.options = ["pool": "default"]
    let use = DomainUse(document: .definition, source: "/x", part: "source")
    let reference = SeenDomain.Reference(role: .disk, target: target, format: nil, use: use)
    #expect(reference.stored == Array("default/disk".utf8))
  }
}
