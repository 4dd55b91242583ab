import DiskImage
import Foundation
import Testing

/// Readers of others, `vhdiinfo` (libvhdi) and `vmdkinfo` (libvmdk), say the same of what Hyper-V, VirtualBox
/// and VMware write, also of what QEMU cannot open.
@Suite struct OtherReadersTests {
  /// What a program of libyal prints of a file: lines of `Key: value`, the first of each key.
  private struct Answer {
    private var values: [String: String] = [:]

    init(of program: String, _ file: String, in folder: borrowing ImageFolder) throws {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/\(program)")
      process.arguments = [file]
      process.currentDirectoryURL = folder.url
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
          .map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, values[parts[0]] == nil { values[parts[0]] = parts[1] }
      }
    }

    subscript(key: String) -> String? { values[key] }

    /// The bytes in `100 MiB (104857600 bytes)`.
    var mediaSize: UInt64? {
      values["Media size"]?.split(separator: "(").last?.split(separator: " ").first
        .flatMap { UInt64($0) }
    }

    static func isThere(_ program: String) -> Bool {
      FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
    }
  }

  /// The footer, of which the image begins with a copy, where it belongs.
  private static func closed(_ image: VPCBytes) -> [UInt8] {
    image.bytes + [UInt8](repeating: 0, count: 8192 - image.bytes.count) + image.bytes.prefix(512)
  }

  private static var windowsChild: VPCBytes {
    var image = VPCBytes.child
    image.addLocator(0, "W2ku", .utf16Little(#"C:\disks\parent.vhd"#), at: VPCBytes.Place.first)
    image.addLocator(1, "W2ru", .utf16Little(#".\parent.vhd"#), at: VPCBytes.Place.second)
    return image
  }

  @Test(
    .enabled(if: Answer.isThere("vhdiinfo"), "vhdiinfo is not installed"),
    arguments: [VPCBytes.dynamic, .child, windowsChild])
  func `of a VHD vhdiinfo says the same`(image: VPCBytes) throws {
    let folder = try ImageFolder()
    try folder.write(Self.closed(image), to: "x.vhd")
    let theirs = try Answer(of: "vhdiinfo", "x.vhd", in: folder)
    let ours = try folder.facts(of: "x.vhd")
    #expect(ours.fault == nil && ours.virtualSize == theirs.mediaSize)
    #expect(ours.identifier(.own) == theirs["Identifier"])
    #expect(ours.identifier(.parent) == theirs["Parent identifier"])
    // They print the name in the header, and it is the end of any path.
    #expect(ours.storedPaths.isEmpty == (theirs["Parent filename"] == nil))
    #expect(ours.storedPaths.allSatisfy { $0.hasSuffix(theirs["Parent filename"] ?? "?") })
  }

  @Test(
    .enabled(if: Answer.isThere("vhdiinfo"), "vhdiinfo is not installed"),
    arguments: [VHDXBytes.dynamic, .child])
  func `of a VHDX vhdiinfo says the same`(image: VHDXBytes) throws {
    let folder = try ImageFolder()
    var bytes = image.bytes + [UInt8](repeating: 0, count: (4 << 20) - image.bytes.count)
    // They want both copies of the region table.
    let table = bytes[VHDXBytes.Place.firstRegions..<(VHDXBytes.Place.firstRegions + 65_536)]
    bytes.replaceSubrange(
      VHDXBytes.Place.secondRegions..<(VHDXBytes.Place.secondRegions + 65_536), with: table)
    try folder.write(bytes, to: "x.vhdx")
    let theirs = try Answer(of: "vhdiinfo", "x.vhdx", in: folder)
    let ours = try folder.facts(of: "x.vhdx")
    #expect(ours.fault == nil && ours.virtualSize == theirs.mediaSize)
    #expect(ours.identifier(.own) == theirs["Identifier"])
    #expect(ours.storedPaths.isEmpty == (theirs["Parent filename"] == nil))
  }

  @Test(
    .enabled(if: Answer.isThere("vmdkinfo"), "vmdkinfo is not installed"),
    arguments: VMwareDisk.all)
  func `of a descriptor of VMware vmdkinfo says the same`(disk: VMwareDisk) throws {
    let folder = try ImageFolder()
    try folder.write(disk.bytes, to: "x.vmdk")
    let theirs = try Answer(of: "vmdkinfo", "x.vmdk", in: folder)
    let ours = try folder.facts(of: "x.vmdk")
    #expect(ours.fault == nil && ours.virtualSize == theirs.mediaSize)
    #expect(ours.identifier(.own).map { "0x\($0)" } == theirs["Content identifier"])
    #expect(
      "0x\(ours.identifier(.parent) ?? "ffffffff")" == theirs["Parent content identifier"])
    #expect(ours.storedPaths.first { $0 == theirs["Filename"] } != nil)
  }

  @Test(
    .enabled(if: Answer.isThere("vhdiinfo"), "vhdiinfo is not installed"),
    ForeignImages.dissect.areNeeded,
    arguments: [
      "vhd/dynamic.vhd", "vhdx/differencing.avhdx", "vhdx/dynamic.vhdx", "vhdx/fixed.vhdx",
    ])
  func `of an image that Hyper-V made vhdiinfo says the same`(name: String) throws {
    try Self.expectAgreementWithVHDInfo(on: ForeignImages.dissect.path(name))
  }

  /// Without that of Virtual PC: its size is that of its geometry, as QEMU has it.
  @Test(
    .enabled(if: Answer.isThere("vhdiinfo"), "vhdiinfo is not installed"),
    ForeignImages.qemu.areNeeded,
    arguments: [
      "d2v-zerofilled.vhd", "hyperv2012r2-dynamic.vhd", "iotest-dynamic-1G.vhdx",
      "iotest-dirtylog-10G-4M.vhdx", "test-disk2vhd.vhdx",
    ])
  func `of QEMU's samples vhdiinfo says the same`(name: String) throws {
    try Self.expectAgreementWithVHDInfo(on: ForeignImages.qemu.path(name))
  }

  private static func expectAgreementWithVHDInfo(on path: String) throws {
    let theirs = try Answer(of: "vhdiinfo", path, in: ImageFolder())
    let ours = try ImageFacts.reading(OpenImage(URL(fileURLWithPath: path)))
    #expect(ours.fault == nil && ours.virtualSize == theirs.mediaSize)
    #expect(theirs["Identifier"] != nil && ours.identifier(.own) == theirs["Identifier"])
    let parents = theirs["Parent identifier"].map { [$0] } ?? []
    #expect(ours.identifiers.filter { $0.subject == .parent }.map(\.value) == parents)
    let name = theirs["Parent filename"]?.split(separator: "\\").last.map { #".\\#($0)"# }
    #expect(ours.storedPaths == name.map { [$0] } ?? [])
  }

  @Test(
    .enabled(if: Answer.isThere("vmdkinfo"), "vmdkinfo is not installed"),
    ForeignImages.cot.areNeeded)
  func `of an image that VirtualBox made vmdkinfo says the same`() throws {
    try Self.expectAgreementWithVMDKInfo(on: ForeignImages.cot.path("ubuntu.2.0-disk1.vmdk"))
  }

  @Test(
    .enabled(if: Answer.isThere("vmdkinfo"), "vmdkinfo is not installed"),
    ForeignImages.qemu.areNeeded)
  func `of an image that VMware made vmdkinfo says the same`() throws {
    try Self.expectAgreementWithVMDKInfo(on: ForeignImages.qemu.path("iotest-version3.vmdk"))
  }

  private static func expectAgreementWithVMDKInfo(on path: String) throws {
    let theirs = try Answer(of: "vmdkinfo", path, in: ImageFolder())
    let ours = try ImageFacts.reading(OpenImage(URL(fileURLWithPath: path)))
    #expect(ours.fault == nil && ours.virtualSize == theirs.mediaSize)
    #expect(ours.identifier(.own).map { "0x\($0)" } == theirs["Content identifier"])
    #expect(theirs["Parent content identifier"] == "0xffffffff" && ours.identifier(.parent) == nil)
  }

  @Test(arguments: VMwareDisk.all)
  func `every kind of VMware's is read, with all its files`(disk: VMwareDisk) throws {
    let facts = try ImageFacts.reading(disk.bytes)
    #expect(facts.format == .vmdk && facts.fault == nil)
    #expect(facts.virtualSize == disk.sectors * 512)
    #expect(facts.storedPaths == disk.files)
  }
}

extension ImageFacts {
  fileprivate func identifier(_ subject: ImageIdentifier.Subject) -> String? {
    identifiers.first { $0.subject == subject }?.value
  }
}

/// A descriptor the way VMware's programs write it.
struct VMwareDisk: Sendable, CustomTestStringConvertible {
  let kind: String
  var parent: String?
  let extents: [String]
  let sectors: UInt64
  let files: [String]

  var testDescription: String { kind }

  /// The text, in Windows' encoding and with its line ends.
  var bytes: [UInt8] {
    let hint = parent.map { "parentFileNameHint=\"\($0)\"\n" } ?? ""
    let text =
      "# Disk DescriptorFile\nversion=1\nencoding=\"windows-1252\"\nCID=5b4a1c2e\n"
      + "parentCID=\(parent == nil ? "ffffffff" : "0beefcaf")\nisNativeSnapshot=\"no\"\n"
      + "createType=\"\(kind)\"\n\(hint)\n# Extent description\n"
      + extents.map { $0 + "\n" }.joined()
      + "\n# The Disk Data Base \n#DDB\n\nddb.virtualHWVersion = \"8\"\nddb.adapterType = \"lsilogic\"\n"
    return Array(text.replacing("\n", with: "\r\n").utf8)
  }

  static let all = [
    VMwareDisk(
      kind: "twoGbMaxExtentSparse",
      extents: [#"RW 4192256 SPARSE "d-s001.vmdk""#, #"RW 2048 SPARSE "d-s002.vmdk""#],
      sectors: 4_194_304, files: ["d-s001.vmdk", "d-s002.vmdk"]),
    VMwareDisk(
      kind: "twoGbMaxExtentFlat", parent: "../base disks/base.vmdk",
      extents: [#"RW 4192256 FLAT "d-f001.vmdk" 0"#, #"RW 8 FLAT "d-f002.vmdk" 0"#],
      sectors: 4_192_264, files: ["../base disks/base.vmdk", "d-f001.vmdk", "d-f002.vmdk"]),
    VMwareDisk(
      kind: "vmfs", extents: [#"RW 16777216 VMFS "web-flat.vmdk""#], sectors: 16_777_216,
      files: ["web-flat.vmdk"]),
    VMwareDisk(
      kind: "vmfsSparse", parent: "web.vmdk",
      extents: [#"RW 16777216 VMFSSPARSE "web-000001-delta.vmdk""#], sectors: 16_777_216,
      files: ["web.vmdk", "web-000001-delta.vmdk"]),
    VMwareDisk(
      kind: "custom",
      extents: [#"RW 63 FLAT "d-pt.vmdk" 0"#, #"RW 208782 FLAT "/dev/sda" 63"#, "RW 100 ZERO"],
      sectors: 208_945, files: ["d-pt.vmdk", "/dev/sda"]),
    VMwareDisk(
      kind: "fullDevice", extents: [#"RW 976773168 FLAT "\\.\PhysicalDrive0" 0"#],
      sectors: 976_773_168, files: [#"\\.\PhysicalDrive0"#]),
    VMwareDisk(
      kind: "partitionedDevice",
      extents: [#"RW 63 FLAT "d-pt.vmdk" 0"#, #"RW 8 FLAT "/dev/sda1" 0"#], sectors: 71,
      files: ["d-pt.vmdk", "/dev/sda1"]),
    VMwareDisk(
      kind: "vmfsRawDeviceMap", extents: [#"RW 8388608 VMFSRDM "db-rdm.vmdk""#],
      sectors: 8_388_608, files: ["db-rdm.vmdk"]),
    VMwareDisk(
      kind: "vmfsPassthroughRawDeviceMap", extents: [#"RW 8388608 VMFSRDM "db-rdmp.vmdk""#],
      sectors: 8_388_608, files: ["db-rdmp.vmdk"]),
  ]
}

/// What libvmdk does not know.
@Suite struct VMwareSparseTests {
  @Test func `a delta on VMFS 6 names its parent and its extent`() throws {
    let disk = VMwareDisk(
      kind: "seSparse", parent: "web.vmdk",
      extents: [#"RW 16777216 SESPARSE "web-000002-sesparse.vmdk""#], sectors: 0, files: [])
    let facts = try ImageFacts.reading(disk.bytes)
    #expect(facts.fault == nil && facts.virtualSize == 8_589_934_592)
    #expect(facts.storedPaths == ["web.vmdk", "web-000002-sesparse.vmdk"])
  }

  @Test func `a name in Windows' encoding is kept as bytes`() throws {
    let disk = VMwareDisk(
      kind: "vmfs", parent: "d?sk.vmdk", extents: [#"RW 8 VMFS "x.vmdk""#], sectors: 0, files: [])
    let bytes = disk.bytes.map { $0 == UInt8(ascii: "?") ? 0xef : $0 }
    #expect(
      try ImageFacts.reading(bytes).references.first?.stored
        == [0x64, 0xef] + Array("sk.vmdk".utf8))
  }
}
