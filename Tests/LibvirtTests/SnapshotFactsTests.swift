import DiskImage
import Libvirt
import Testing

@Suite struct SnapshotFactsTests {
  @Test func `a snapshot tells its name, parent, state and time`() throws {
    let snapshot = try SnapshotFacts(parsing: Array(RealXML.snapshot.utf8))
    #expect(snapshot.name == "snap2")
    #expect(snapshot.parent == "snap1")
    #expect(snapshot.state == "paused")
    #expect(snapshot.creationTime == 1_795_484_631)
    #expect(snapshot.isCurrent)
    #expect(snapshot.domainUUID == "40da917b-36b1-4a72-a3d9-ac571fc4fa41")
    #expect(snapshot.definition?.name == "web")
  }

  @Test func `a revert needs overlay, memory and what the domain had, each once`() throws {
    let references = try SnapshotFacts(parsing: Array(RealXML.snapshot.utf8)).references
    #expect(
      references.map { $0.target.path.map { String(decoding: $0, as: UTF8.self) } } == [
        "/srv/pool/top.snap2", "/srv/pool/web.mem", "/srv/pool/top.snap1", "/srv/pool/top.qcow2",
        "/srv/pool/cd.iso",
      ])
    #expect(references.map(\.role) == [.snapshot, .memory, .snapshot, .snapshot, .snapshot])
    #expect(
      references.map(\.part) == [.overlay, .overlay, .definition, .definition, .definition])
    #expect(references.map(\.targetDevice) == ["vda", nil, "vda", "vda", "sda"])
    #expect(references.map(\.declaredFormat) == ["qcow2", nil, "qcow2", "qcow2", "raw"])
  }

  @Test func `an internal snapshot has no overlay and no memory file`() throws {
    let xml = """
      <domainsnapshot><name>s1</name><memory snapshot='internal'/>
      <disks><disk name='vda' snapshot='internal'/></disks>
      <domain><uuid>40da917b-36b1-4a72-a3d9-ac571fc4fa41</uuid></domain></domainsnapshot>
      """
    let snapshot = try SnapshotFacts(parsing: Array(xml.utf8))
    #expect(snapshot.references == [])
    #expect(snapshot.definition == nil)
    #expect(snapshot.domainUUID == "40da917b-36b1-4a72-a3d9-ac571fc4fa41")
    #expect(!snapshot.isCurrent)
  }

  @Test func `a domain is no snapshot`() {
    #expect(throws: LibvirtFault.unexpectedRoot("domain", expected: "snapshot")) {
      try SnapshotFacts(parsing: SampleDomain.xml())
    }
  }
}

@Suite struct CheckpointFactsTests {
  @Test func `a checkpoint names its bitmaps, disk by disk`() throws {
    let checkpoint = try CheckpointFacts(parsing: Array(RealXML.checkpoint.utf8))
    #expect(checkpoint.name == "chk1")
    #expect(checkpoint.parent == nil)
    #expect(checkpoint.creationTime == 1_795_484_631)
    #expect(checkpoint.domainName == "web")
    #expect(checkpoint.domainUUID == "40da917b-36b1-4a72-a3d9-ac571fc4fa41")
    #expect(checkpoint.bitmaps.map(\.targetDevice) == ["vda"])
    #expect(checkpoint.bitmaps.map(\.name) == ["chk1"])
  }

  @Test func `a bitmap without a name has the checkpoint's`() throws {
    let xml = """
      <domaincheckpoint><name>c2</name><parent><name>c1</name></parent>
      <disks><disk name='vdb' checkpoint='bitmap'/></disks></domaincheckpoint>
      """
    let checkpoint = try CheckpointFacts(parsing: Array(xml.utf8))
    #expect(checkpoint.parent == "c1")
    #expect(checkpoint.bitmaps.map(\.name) == ["c2"])
  }
}

@Suite struct SavedStateFactsTests {
  /// A save's header: version 2 by the given byte order, a running domain, no compression.
  private func save(
    magic: String = "LibvirtQemudSave", wasRunning: UInt8 = 1, bigEndian: Bool = false,
    xml: [UInt8] = SampleDomain.disk("file", "<source file='/srv/a.qcow2'/>"), tail: [UInt8] = [0]
  ) -> [UInt8] {
    func number(_ value: UInt8) -> [UInt8] { bigEndian ? [0, 0, 0, value] : [value, 0, 0, 0] }
    let numbers = number(2) + number(200) + number(wasRunning) + number(0) + number(0)
    return Array(magic.utf8) + numbers + [UInt8](repeating: 0, count: 56) + xml + tail
  }

  @Test func `a save holds the domain that will go on`() throws {
    let saved = try SavedStateFacts(parsing: save(tail: [0] + Array("<cookie/>".utf8)))
    #expect(saved.domain.name == "web")
    #expect(saved.domain.references.first?.target.path == Array("/srv/a.qcow2".utf8))
    #expect(saved.isComplete)
    #expect(saved.wasRunning)
  }

  @Test func `a save of the other byte order is read as well`() throws {
    #expect(try SavedStateFacts(parsing: save(bigEndian: true)).wasRunning)
    #expect(try !SavedStateFacts(parsing: save(wasRunning: 0, bigEndian: true)).wasRunning)
  }

  @Test func `a save that was not finished says so`() throws {
    #expect(try !SavedStateFacts(parsing: save(magic: "LibvirtQemudPart")).isComplete)
  }

  @Test func `another file is no save`() {
    #expect(throws: LibvirtFault.notASavedState) {
      try SavedStateFacts(parsing: save(magic: "QFI\u{fb}xxxxxxxxxxx"))
    }
    #expect(throws: LibvirtFault.notASavedState) { try SavedStateFacts(parsing: []) }
  }

  @Test(arguments: 16..<92) func `cut short in its header, it is a fault`(length: Int) {
    #expect(throws: LibvirtFault.savedStateCutShort(needed: 92, found: length)) {
      try SavedStateFacts(parsing: Array(save().prefix(length)))
    }
  }

  @Test func `cut short in its XML, it is a fault`() {
    #expect(throws: LibvirtFault.savedStateCutShort(needed: 292, found: 120)) {
      try SavedStateFacts(parsing: Array(save().prefix(120)))
    }
  }

  @Test func `a domain without an end is refused by its size`() {
    let xml = [UInt8](repeating: UInt8(ascii: " "), count: SavedStateFacts.byteLimit)
    #expect(throws: LibvirtFault.tooLarge(limit: 4_194_304)) {
      try SavedStateFacts(parsing: Array(save(xml: xml).prefix(SavedStateFacts.byteLimit)))
    }
  }
}
