import Foundation
import Testing

/// Images of Hyper-V, Virtual PC, Disk2vhd, VirtualBox, VMware, Parallels and others, as `inspect` reads them.
///
/// What QEMU opens is compared with what it says. Of the rest the values are what the maker wrote, read off a
/// dump of the image or its XML.
@Suite struct ForeignImagesTests {
  @Test(
    ForeignImages.dissect.areNeeded, RealPool.needsQemuImg,
    arguments: [
      "vhd/dynamic.vhd", "vhd/fixed.vhd", "vhdx/dynamic.vhdx", "vhdx/fixed.vhdx",
      "hdd/expanding.hdd/expanding.hdd.0.\(Self.extent)", "hdd/expanding.hdd/expanding.hdd",
      "hdd/plain.hdd/plain.hdd.0.\(Self.extent)", "hdd/split.hdd/split.hdd.0.\(Self.extent)",
      "hdd/split.hdd/split.hdd.5.\(Self.extent)", "qcow2/basic.qcow2", "qcow2/snapshot.qcow2",
      "qcow2/backing-chain-1.qcow2", "qcow2/backing-chain-2.qcow2", "qcow2/backing-chain-3.qcow2",
      "qcow2/data-file.qcow2", "qcow2/data-file.bin",
    ])
  func `inspect agrees with qemu-img on Hyper-V, Parallels and QEMU`(name: String) throws {
    try InspectAgreement.expect(on: ForeignImages.dissect.path(name), in: Folder())
  }

  @Test(
    ForeignImages.cot.areNeeded, RealPool.needsQemuImg,
    arguments: ["ubuntu.2.0-disk1.vmdk", "blank.vmdk", "input.vmdk"])
  func `inspect agrees with qemu-img on VirtualBox and VMware's ovftool`(name: String) throws {
    try InspectAgreement.expect(on: ForeignImages.cot.path(name), in: Folder())
  }

  @Test(
    ForeignImages.qemu.areNeeded, RealPool.needsQemuImg,
    arguments: [
      "d2v-zerofilled.vhd", "empty.bochs", "hyperv2012r2-dynamic.vhd", "iotest-dynamic-1G.vhdx",
      "iotest-version3.vmdk", "parallels-v1", "parallels-v2", "parallels-with-bitmap",
      "simple-dmg.dmg", "simple-pattern.cloop", "test-disk2vhd.vhdx", "virtualpc-dynamic.vhd",
    ])
  func `inspect agrees with qemu-img on its sample images`(name: String) throws {
    try InspectAgreement.expect(on: ForeignImages.qemu.path(name), in: Folder())
  }

  @Test(ForeignImages.qemu.areNeeded, RealPool.needsQemuImg, arguments: ["afl5.img", "afl9.vmdk"])
  func `what a fuzzer made is refused by both`(name: String) throws {
    let path = ForeignImages.qemu.path(name)
    #expect(try Program.shell("qemu-img info -U '\(path)'", in: Folder()).code == 1)
    let run = try Program.run("inspect", "--standalone", "--output", "json", path)
    #expect(run.code == 2)
    #expect(run.objects.first?["header-fault"] is String)
  }

  @Test(ForeignImages.qemu.areNeeded)
  func `a VHDX with a log to be replayed is dirty, and nothing else is wrong with it`() throws {
    #expect(
      try Self.said(of: .qemu, "iotest-dirtylog-10G-4M.vhdx") == """
        {"cluster-size":1048576,"dirty-flag":true,"file-size":31457280,"format":"vhdx",\
        "references":[],"virtual-size":10737418240}
        """)
  }

  @Test(ForeignImages.dissect.areNeeded)
  func `a checkpoint of Hyper-V names its parent`() throws {
    let parent = "Generation 1_49C4BAF3-4B25-4406-8C4B-D39E65C32385.avhdx"
    #expect(
      try Self.said(of: .dissect, "vhdx/differencing.avhdx") == """
        {"backing-filename":".\\\\\(parent)","cluster-size":2097152,"dirty-flag":false,\
        "file-size":73400320,"format":"vhdx","full-backing-filename":"vhdx/.\\\\\(parent)",\
        "references":[{"role":"backing","stored":".\\\\\(parent)","target":"vhdx/\(parent)",\
        "type":"file"}],"virtual-size":8589934592}
        """)
  }

  @Test(ForeignImages.dissect.areNeeded)
  func `a fixed VHD of Hyper-V is raw that holds one`() throws {
    #expect(
      try Self.said(of: .dissect, "vhd/fixed.vhd") == """
        {"content":"vpc-fixed","dirty-flag":false,"file-size":10486272,"format":"raw",\
        "references":[],"virtual-size":10486272}
        """)
  }

  @Test(ForeignImages.dissect.areNeeded)
  func `an extent of ESXi on VMFS 6 has its size, in grains of 4 KiB`() throws {
    #expect(
      try Self.said(of: .dissect, "vmdk/sesparse.vmdk") == """
        {"cluster-size":4096,"dirty-flag":false,"file-size":23072768,"format":"vmdk",\
        "references":[],"virtual-size":536870912}
        """)
  }

  @Test(
    ForeignImages.dissect.areNeeded,
    arguments: [
      ("expanding", 1931, 104_857_600, 1, "parallels"), ("plain", 1918, 104_857_600, 1, "raw"),
      ("split", 3815, 10_737_418_240, 6, "parallels"),
    ])
  func `a bundle of Parallels has its files as extents, in their order`(
    name: String, length: Int, size: Int, count: Int, format: String
  ) throws {
    let extents = (0..<count).map { number in
      let file = "\(name).hdd.\(number).\(Self.extent)"
      return """
        {"format":"\(format)","role":"extent","stored":"\(file)",\
        "target":"hdd/\(name).hdd/\(file)","type":"file"}
        """
    }
    #expect(
      try Self.said(of: .dissect, "hdd/\(name).hdd/DiskDescriptor.xml") == """
        {"file-size":\(length),"format":"parallels",\
        "references":[\(extents.joined(separator: ","))],"virtual-size":\(size)}
        """)
  }

  /// What the names of Parallels' extents end with.
  private static let extent = "{5fbaabe3-6958-40ff-92a7-860e329aab41}.hds"

  /// The answer of `inspect`, keys sorted, paths relative to the folder of the images; without the image's
  /// own, and without what the file system says of it.
  private static func said(of images: ForeignImages, _ name: String) throws -> String {
    let run = try Program.run("inspect", "--output", "json", images.path(name))
    var image = try #require(run.objects.first)
    #expect(image.removeValue(forKey: "filename") as? String == images.path(name))
    #expect(image.removeValue(forKey: "actual-size") is Int)
    let json = try JSONSerialization.data(
      withJSONObject: image, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: json, as: UTF8.self)
      .replacing("\"\(images.url.path)/", with: "\"")
  }
}
