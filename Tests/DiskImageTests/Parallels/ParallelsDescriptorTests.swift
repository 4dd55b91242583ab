import DiskImage
import Testing

@Suite struct ParallelsDescriptorTests {
  private static let text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- made by hand -->
    <Parallels_disk_image Version="1.0">
        <Disk_Parameters>
            <Disk_size>6144</Disk_size>
            <Cylinders>12</Cylinders><Heads>16</Heads><Sectors>32</Sectors>
            <Padding>0</Padding>
        </Disk_Parameters>
        <StorageData>
            <Storage>
                <Start>0</Start><End>6144</End><Blocksize>2048</Blocksize>
                <Image>
                    <GUID>{5fbaabe3-6958-40ff-92a7-860e329aab41}</GUID>
                    <Type>Compressed</Type>
                    <File>harddisk.hdd.0.{5fbaabe3-6958-40ff-92a7-860e329aab41}.hds</File>
                </Image>
                <Image>
                    <GUID>{11111111-6958-40ff-92a7-860e329aab41}</GUID>
                    <Type>Plain</Type>
                    <File> /images/a &amp; b&#x2f;&#228;.raw </File>
                </Image>
            </Storage>
        </StorageData>
        <Snapshots>
            <Shot>
                <GUID>{5fbaabe3-6958-40ff-92a7-860e329aab41}</GUID>
                <ParentGUID>{00000000-0000-0000-0000-000000000000}</ParentGUID>
            </Shot>
        </Snapshots>
    </Parallels_disk_image>
    """

  private static func facts(_ text: String) throws -> ImageFacts {
    try ImageFacts.reading(Array(text.utf8))
  }

  @Test func `a descriptor says the size of the disk, and its image files with their formats`()
    throws
  {
    let facts = try Self.facts(Self.text)
    #expect(facts.format == .parallels)
    #expect(facts.virtualSize == 3_145_728)
    #expect(facts.fault == nil)
    #expect(
      facts.references == [
        StoredReference(
          role: .extent,
          stored: Array("harddisk.hdd.0.{5fbaabe3-6958-40ff-92a7-860e329aab41}.hds".utf8),
          recordedFormat: Array("parallels".utf8)),
        StoredReference(
          role: .extent, stored: Array("/images/a & b/ä.raw".utf8),
          recordedFormat: Array("raw".utf8)),
      ])
  }

  @Test func `a byte order mark does not matter, and neither does a missing declaration`() throws {
    #expect(try Self.facts("\u{feff}" + Self.text).references.count == 2)
    let root = try #require(Self.text.firstRange(of: "<Parallels")).lowerBound
    #expect(try Self.facts(String(Self.text[root...])).references.count == 2)
  }

  @Test(arguments: [
    "<?xml version=\"1.0\"?><domain/>", "<Parallels_disk_imag>", " <Parallels_disk_image/>",
    "Parallels_disk_image",
  ])
  func `other text is none`(text: String) throws {
    #expect(try Self.facts(text).format == .raw)
  }

  @Test func `elements elsewhere mean nothing`() throws {
    let text = """
      <Parallels_disk_image><Disk_size>1</Disk_size><File>/etc/passwd</File>
      <Disk_Parameters><Disk_size>8</Disk_size></Disk_Parameters>
      <StorageData><Storage><Image><Extra><File>no</File></Extra>
      <Type>Plain</Type><File>yes</File></Image></Storage></StorageData></Parallels_disk_image>
      """
    let facts = try Self.facts(text)
    #expect(facts.virtualSize == 4096)
    #expect(facts.references.map(\.stored) == [Array("yes".utf8)])
    #expect(facts.fault == nil)
  }

  private static let changes: [(String, String, String, String)] = [
    ("<Disk_size>6144</Disk_size>", "", "Disk_size", "is missing"),
    ("6144</Disk", "6144 sectors</Disk", "Disk_size", "is not a number of 64 bits"),
    ("6144</Disk", "-1</Disk", "Disk_size", "is not a number of 64 bits"),
    ("Plain", "Sparse", "Type", "of an image is neither Plain nor Compressed"),
    ("<Type>Plain</Type>", "", "Type", "of an image is neither Plain nor Compressed"),
  ]

  @Test(arguments: changes)
  func `what is wrong is told, and the image files stay`(
    old: String, new: String, field: String, reason: String
  ) throws {
    let facts = try Self.facts(Self.text.replacing(old, with: new))
    #expect(facts.fault == .contradiction(field: field, reason: reason))
    #expect(facts.references.count == 2)
  }

  @Test func `a size that cannot be is none`() throws {
    let facts = try Self.facts(Self.text.replacing("6144</Disk", with: "18014398507384833</Disk"))
    #expect(
      facts.fault
        == .outOfRange(
          field: "Disk_size", value: 18_014_398_507_384_833, allowed: 0...0x3f_ffff_ffe0_0000))
    #expect(facts.virtualSize == nil)
  }

  @Test func `an image without a file is told, and the others stay`() throws {
    let start = try #require(Self.text.firstRange(of: "<File> /")).lowerBound
    let end = try #require(Self.text.firstRange(of: ".raw </File>")).upperBound
    var text = Self.text
    text.removeSubrange(start..<end)
    let facts = try Self.facts(text)
    #expect(
      facts.fault == .contradiction(field: "File", reason: "of an image is missing"))
    #expect(facts.references.count == 1)
  }

  private static let unreadable: [(String, String, String)] = [
    ("<Snapshots>", "<!DOCTYPE x>", "has a declaration, and needs none"),
    ("<Snapshots>", "<![CDATA[x]]>", "has a declaration, and needs none"),
    ("</Shot>", "</Shots>", "has a tag that ends no element"),
    ("<Shot>", "< >", "has an element without a sensible name"),
    ("{00000000", "&nbsp;", "refers to an entity that XML does not have"),
    ("{00000000", "&#0;", "refers to an entity that XML does not have"),
    ("{00000000", "&#xd800;", "refers to an entity that XML does not have"),
    ("{00000000", "& ", "has an & that begins no reference"),
    ("</Parallels_disk_image>", "", "ends within an element"),
    ("</Parallels_disk_image>", "<!-- ", "ends within a comment or an instruction"),
    ("</Parallels_disk_image>", "</Para", "ends within a tag"),
    ("<Shot>", String(repeating: "<a>", count: 20), "has elements too deep in each other"),
  ]

  @Test(arguments: unreadable)
  func `what cannot be read ends the reading, and what was read stays`(
    old: String, new: String, reason: String
  ) throws {
    let facts = try Self.facts(Self.text.replacing(old, with: new))
    #expect(facts.fault == .contradiction(field: "Parallels_disk_image", reason: reason))
    #expect(facts.references.count == 2)
    #expect(facts.virtualSize == 3_145_728)
  }

  @Test func `cut short at any length behind its first element, it is a fault`() throws {
    let bytes = Array(Self.text.utf8)
    let start = try #require(bytes.firstRange(of: "<Parallels_disk_image".utf8)).upperBound
    for length in start..<bytes.count {
      let facts = try ImageFacts.reading(Array(bytes.prefix(length)))
      #expect(facts.format == .parallels)
      #expect(facts.fault != nil, "\(length) bytes")
    }
  }

  @Test func `a longer descriptor costs one read, and one that is too long none`() throws {
    let filler = "<!--" + String(repeating: "x", count: 10_000) + "-->"
    let text = Array(Self.text.replacing("<Snapshots>", with: filler + "<Snapshots>").utf8)
    let source = ReadTally(text)
    #expect(try ImageFacts.reading(source).fault == nil)
    #expect(
      source.reads == [.init(offset: 0, count: 4096), .init(offset: 0, count: text.count)])

    let long = ReadTally(text + [UInt8](repeating: 0x20, count: 262_144))
    #expect(
      try ImageFacts.reading(long).fault
        == .contradiction(
          field: "Parallels_disk_image", reason: "is longer than 262144 bytes"))
    #expect(long.reads == [.init(offset: 0, count: 4096)])
  }
}
