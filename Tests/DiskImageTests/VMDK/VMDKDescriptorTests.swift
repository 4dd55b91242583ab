import DiskImage
import Testing

@Suite struct VMDKDescriptorTests {
  private func facts(_ text: String) throws -> ImageFacts {
    try ImageFacts.reading(Array(text.utf8))
  }

  @Test func `a split disk is the sum of its extents, each of them a reference`() throws {
    let facts = try ImageFacts.reading(
      VMDKText.descriptor(
        "twoGbMaxExtentSparse", #"RW 4192256 SPARSE "d-s001.vmdk""#,
        #"RW 2048 SPARSE "d-s002.vmdk""#))
    #expect(facts.format == .vmdk)
    #expect(facts.virtualSize == 2_147_483_648)
    #expect(facts.clusterSize == nil)
    #expect(
      facts.references == [
        StoredReference(role: .extent, stored: Array("d-s001.vmdk".utf8)),
        StoredReference(role: .extent, stored: Array("d-s002.vmdk".utf8)),
      ])
    #expect(facts.identifiers == [ImageIdentifier(.own, "fffffffe")])
    #expect(facts.fault == nil)
    #expect(facts.formatSpecific?.fileNames == ["d-s001.vmdk", "d-s002.vmdk"])
    #expect(facts.formatSpecific?.createType == "twoGbMaxExtentSparse")
  }

  @Test func `more extents than a disk can have are a fault, and the first are kept`() throws {
    func disk(extents: Int) throws -> ImageFacts {
      try ImageFacts.reading(
        Array(
          ("# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
            + "createType=\"twoGbMaxExtentSparse\"\n"
            + String(repeating: "RW 8 SPARSE \"x\"\n", count: extents)).utf8))
    }
    let most = try disk(extents: 32_768)
    #expect(most.fault == nil)
    #expect(most.references.count == 32_768)
    let more = try disk(extents: 32_769)
    #expect(
      more.fault
        == .contradiction(field: "descriptor", reason: "names more than 32768 extents"))
    #expect(more.references.count == 32_768)
  }

  @Test func `extents are named by their paths once it is known where the disk is`() throws {
    let facts = try ImageFacts.reading(
      VMDKText.descriptor(
        "monolithicFlat", #"RW 8 FLAT "a.vmdk" 0"#, #"RW 8 FLAT "/other/b.vmdk" 0"#))
    #expect(
      facts.formatSpecific(openedAs: Array("/pool/d.vmdk".utf8))?.fileNames
        == ["/pool/a.vmdk", "/other/b.vmdk"])
    #expect(
      facts.formatSpecific(openedAs: Array("d.vmdk".utf8))?.fileNames
        == ["a.vmdk", "/other/b.vmdk"])
  }

  @Test func `a delta on VMFS has a parent and an extent`() throws {
    let facts = try facts(
      """
      # Disk DescriptorFile
      version=1
      CID=12345678
      parentCID=9abcdef0
      isNativeSnapshot="no"
      createType="vmfsSparse"
      parentFileNameHint="../a b/w2k3.vmdk"
      # Extent description
      RW 8192 VMFSSPARSE "w2k3-000001-delta.vmdk"
      """)
    #expect(
      facts.references == [
        StoredReference(role: .backing, stored: Array("../a b/w2k3.vmdk".utf8)),
        StoredReference(role: .extent, stored: Array("w2k3-000001-delta.vmdk".utf8)),
      ])
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "12345678"), ImageIdentifier(.parent, "9abcdef0"),
      ])
    #expect(facts.virtualSize == 4_194_304)
    #expect(facts.fault == nil)
  }

  @Test func `names are bytes, whatever the encoding`() throws {
    var text = VMDKText.descriptor("vmfs")
    text += Array("parentFileNameHint=\"b".utf8) + [0xe4, 0xff] + Array("se.vmdk\"\n".utf8)
    #expect(
      try ImageFacts.reading(text).references.first?.stored
        == [0x62, 0xe4, 0xff] + Array("se.vmdk".utf8))
  }

  @Test func `spaces, tabs and line ends of Windows do not matter`() throws {
    let facts = try facts(
      "# Disk DescriptorFile\r\nversion=1\r\n CID = aBc \r\nparentCID\t=ffffffff\r\n"
        + "createType = \"vmfs\" \r\n\r\n  RW  16\tVMFS   \"x-flat.vmdk\"  \r\n")
    #expect(facts.fault == nil)
    #expect(facts.identifiers == [ImageIdentifier(.own, "00000abc")])
    #expect(facts.storedPaths == ["x-flat.vmdk"])
    #expect(facts.virtualSize == 8192)
  }

  @Test func `the first value of a key counts`() throws {
    let facts = try facts(
      "# Disk DescriptorFile\nversion=1\nCID=1\nCID=2\nparentCID=ffffffff\n"
        + "createType=\"vmfs\"\ncreateType=\"seSparse\"\n")
    #expect(facts.identifiers == [ImageIdentifier(.own, "00000001")])
    #expect(facts.formatSpecific?.createType == "vmfs")
  }

  @Test(arguments: [
    ("#myCID=5\nCID=1\nparentCID=2", "00000005", "00000002"),
    ("parentCID=2\nCID=1", "00000002", "00000002"),
    ("CID?1f rest\nparentCID=\n  0Xe", "0000001f", "0000000e"),
    ("CID=123456789\nparentCID=-2", "23456789", "fffffffe"),
    ("CID=99999999999999999\nparentCID=2", "ffffffff", "00000002"),
  ])
  func `an identity is what QEMU finds under the name`(
    lines: String, own: String, parent: String
  ) throws {
    let facts = try facts("# Disk DescriptorFile\nversion=1\ncreateType=\"vmfs\"\n" + lines + "\n")
    #expect(facts.identifiers == [ImageIdentifier(.own, own), ImageIdentifier(.parent, parent)])
    #expect(facts.fault == nil)
  }

  @Test func `a kind and a parent are what QEMU finds between the name and a quotation mark`()
    throws
  {
    let facts = try facts(
      "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=2\n"
        + "# createType=\"vmfs\"\nparentFileNameHint: two\nlines\"\n")
    #expect(facts.formatSpecific?.createType == "vmfs")
    #expect(facts.storedPaths == ["two\nlines"])
  }

  @Test func `a parent is looked for in twenty sectors`() throws {
    let near = VMDKText.descriptor("vmfs", String(repeating: "#", count: 10_000))
    let line = Array("parentFileNameHint=\"base.vmdk\"\n".utf8)
    #expect(try ImageFacts.reading(near + line).storedPaths == ["base.vmdk"])
    let far = VMDKText.descriptor("vmfs", String(repeating: "#", count: 10_240))
    #expect(try ImageFacts.reading(far + line).storedPaths.isEmpty)
  }

  @Test(
    arguments: [
      ("RW 8x FLAT \"a\" 0", 0, []), ("RW 8 FLAT\"a\" 0", 0, []), ("RW -8 FLAT \"a\" 0", 0, ["a"]),
      ("RW 8 VMFSSPARSEX \"a\"", 0, []), ("RW 8 SPARSE \"a", 4096, ["a"]),
      ("RW +8 SPARSE\n\t\"a\"", 4096, ["a"]), ("RW 8 VMFS \"\"", 0, []), ("RW", 0, []),
      ("RW x FLAT \"a\" 0", 0, []), ("RW 8 SPARSE \"a b\" c", 4096, ["a b"]),
    ] as [(String, UInt64, [String])])
  func `an extent is what QEMU scans, and what it passes over is no fault`(
    line: String, size: UInt64, names: [String]
  ) throws {
    let facts = try ImageFacts.reading(VMDKText.descriptor("vmfs", line))
    #expect(facts.virtualSize == size && facts.fault == nil)
    #expect(facts.storedPaths.filter { !$0.isEmpty } == names)
  }

  @Test func `what stands in comments and behind a NUL is not there`() throws {
    var text = VMDKText.descriptor("vmfs", #"# RW 8 VMFS "no.vmdk""#, #"RW 8 VMFS "a.vmdk""#)
    text += [0] + Array("RW 8 VMFS \"b.vmdk\"\n".utf8)
    #expect(try ImageFacts.reading(text).storedPaths == ["a.vmdk"])
  }

  @Test func `QEMU counts what it can write to; every file is a reference all the same`() throws {
    let lines = [
      #"RDONLY 8 FLAT "r.vmdk" 0"#, #"NOACCESS 8 FLAT "n.vmdk" 0"#, "RW 8 ZERO",
      #"RW 8 VMFSRDM "m.vmdk""#, #"RW 8 FLAT "w.vmdk" 0"#,
    ].joined(separator: "\n")
    let known = try ImageFacts.reading(VMDKText.descriptor("monolithicFlat", lines))
    #expect(known.virtualSize == 4096)
    #expect(known.storedPaths == ["r.vmdk", "n.vmdk", "m.vmdk", "w.vmdk"])
    #expect(known.formatSpecific?.fileNames == ["w.vmdk"])
    let other = try ImageFacts.reading(VMDKText.descriptor("custom", lines))
    #expect(other.virtualSize == 20_480)
    #expect(other.fault == nil)
  }

  @Test(arguments: [
    ("version=1\nCID=1\n", true), ("# x\n   \nversion=3\r\n", true), ("#\n  \r\nversion=2\n", true),
    ("version=4\n", false), ("version=1", false), ("\nversion=1\n", false), ("version=11\n", false),
    (" version=1\n", false), ("hello\nversion=1\n", false), ("# only a comment\n", false),
    (String(repeating: "#", count: 510) + "\nversion=1\n", false),
    ("# Disk DescriptorFile", true), ("# Disk Descriptor", false),
  ])
  func `what begins a descriptor`(text: String, isDescriptor: Bool) throws {
    let rest = "createType=\"vmfs\"\n"
    #expect(try facts(text + rest).format == (isDescriptor ? .vmdk : .raw))
  }

  @Test func `a text with a version is no descriptor without a kind of disk`() throws {
    #expect(try facts("# settings\nversion=1\nname=x\n").format == .raw)
    #expect(try facts("# Disk DescriptorFile\nname=x\n").format == .vmdk)
  }

  private static let unread = "is missing, or cannot be read"
  private static let broken: [(String, HeaderFault)] = [
    ("CID=xyz", .contradiction(field: "CID", reason: unread)),
    ("createType=\"vmfs\"", .contradiction(field: "CID", reason: unread)),
    ("CID=1\ncreateType=\"vmfs\"", .contradiction(field: "parentCID", reason: unread)),
    ("CID=1\nparentCID=2", .contradiction(field: "createType", reason: unread)),
    ("CID=1\nparentCID=2\ncreateType=\"vmfs", .contradiction(field: "createType", reason: unread)),
    (
      "parentFileNameHint=\"a",
      .contradiction(field: "parentFileNameHint", reason: "has no closing quotation mark")
    ),
    (
      "parentFileNameHint=\"\(String(repeating: "a", count: 1024))\"",
      .contradiction(field: "parentFileNameHint", reason: "is longer than 1023 bytes")
    ),
    (
      "RW 18014398509481984 FLAT \"a\" 0",
      .outOfRange(
        field: "size of all extents", value: 1 << 54, allowed: 0...0x3f_ffff_ffff_ffff)
    ),
    (
      "RW 18014398509481983 FLAT \"a\" 0\nRW 1 FLAT \"b\" 0",
      .outOfRange(
        field: "size of all extents", value: 1 << 54, allowed: 0...0x3f_ffff_ffff_ffff)
    ),
  ]

  @Test(arguments: broken)
  func `a line that cannot be is a fault`(lines: String, fault: HeaderFault) throws {
    #expect(try facts("# Disk DescriptorFile\nversion=1\n" + lines + "\n").fault == fault)
  }

  @Test func `an extent without end is a fault, and no sizes are told`() throws {
    let facts = try ImageFacts.reading(
      VMDKText.descriptor("vmfs", #"RW 99999999999999999999 VMFS "a.vmdk""#))
    #expect(facts.fault?.reason.hasPrefix("size of all extents is 9223372036854775807") == true)
    #expect(facts.virtualSize == nil && facts.formatSpecific == nil)
    #expect(facts.storedPaths == ["a.vmdk"])
  }

  private static let lines: [(String, String)] = [
    ("RW 8 FLAT \"a\"", "has no offset, and is FLAT"),
    ("RW 8 FLAT \"a\" x", "has no offset, and is FLAT"),
    ("RW 8 SPARSE \"a\" 0", "has an offset, and is of the type SPARSE"),
    ("RW 8 VMFS \"a\" 0", "has an offset, and is of the type VMFS"),
    ("RW 8 FLAT \"a\" -1", "has no offset, and is FLAT"),
    ("RW 8 FLAT \"a", "has no offset, and is FLAT"),
    ("RW 8 NEW \"a\" 0", "has an offset, and is of the type NEW"),
  ]

  @Test(arguments: lines)
  func `a wrong extent is a reference beside the fault`(line: String, reason: String) throws {
    let facts = try ImageFacts.reading(VMDKText.descriptor("vmfs", line))
    #expect(facts.fault == .contradiction(field: "extent description", reason: reason))
    #expect(facts.storedPaths == ["a"])
  }

  @Test func `a descriptor is read as a whole up to 1 MiB`() throws {
    let many = (0..<25_000).map { #"RW 1 FLAT "disk-f\#($0).vmdk" 0"# }.joined(separator: "\n")
    let sound = ReadTally(VMDKText.descriptor("twoGbMaxExtentFlat", many))
    let facts = try ImageFacts.reading(sound)
    #expect(facts.fault == nil)
    #expect(facts.references.count == 25_000)
    #expect(sound.reads.map(\.count) == [4096, Int(sound.byteCount)])
    let filler = String(repeating: "# nothing is said here\n", count: 20_000)
    let long = ReadTally(VMDKText.descriptor("vmfs", many, filler))
    #expect(
      try ImageFacts.reading(long).fault
        == .contradiction(field: "descriptor", reason: "is longer than any that QEMU reads"))
    #expect(long.reads.map(\.count) == [4096, 1_048_575])
  }
}
