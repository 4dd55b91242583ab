import Foundation
import Testing

/// Images that other programs made, scanned as a pool: nothing is wrong but what is.
@Suite struct ForeignPoolTests {
  @Test(ForeignImages.dissect.areNeeded)
  func `of Hyper-V's, Parallels' and QEMU's only an unpublished parent is missing`() throws {
    let pool = try RealPool()
    try pool.scan(ForeignImages.dissect.url.path)
    #expect(try pool.findings() == ["backing-missing differencing.avhdx"])
    // Parallels keeps an empty file of the bundle's name in it. It is a file like any other.
    #expect(
      try pool.listed(in: .dissect) == [
        "parallels 104857600 hdd/expanding.hdd/DiskDescriptor.xml",
        "raw 0 hdd/expanding.hdd/expanding.hdd",
        "parallels 104857600 hdd/expanding.hdd/expanding.hdd.0.\(Self.extent)",
        "parallels 104857600 hdd/plain.hdd/DiskDescriptor.xml",
        "raw 0 hdd/plain.hdd/plain.hdd",
        "raw 104857600 hdd/plain.hdd/plain.hdd.0.\(Self.extent)",
        "parallels 10737418240 hdd/split.hdd/DiskDescriptor.xml",
        "raw 0 hdd/split.hdd/split.hdd",
        "parallels 2042626048 hdd/split.hdd/split.hdd.0.\(Self.extent)",
        "parallels 2042626048 hdd/split.hdd/split.hdd.1.\(Self.extent)",
        "parallels 2042626048 hdd/split.hdd/split.hdd.2.\(Self.extent)",
        "parallels 2042626048 hdd/split.hdd/split.hdd.3.\(Self.extent)",
        "parallels 2042626048 hdd/split.hdd/split.hdd.4.\(Self.extent)",
        "parallels 524288000 hdd/split.hdd/split.hdd.5.\(Self.extent)",
        "qcow2 536870912 qcow2/backing-chain-1.qcow2",
        "qcow2 536870912 qcow2/backing-chain-2.qcow2",
        "qcow2 536870912 qcow2/backing-chain-3.qcow2",
        "qcow2 536870912 qcow2/basic.qcow2",
        "raw 536870912 qcow2/data-file.bin",
        "qcow2 536870912 qcow2/data-file.qcow2",
        "qcow2 536870912 qcow2/snapshot.qcow2",
        "vpc 10485760 vhd/dynamic.vhd",
        "raw 10486272 vhd/fixed.vhd",
        "vhdx 8589934592 vhdx/differencing.avhdx",
        "vhdx 10485760 vhdx/dynamic.vhdx",
        "vhdx 10485760 vhdx/fixed.vhdx",
        "vmdk 536870912 vmdk/sesparse.vmdk",
      ])
    #expect(
      try pool.names("chain", "qcow2/backing-chain-1.qcow2", in: .dissect) == [
        "qcow2/backing-chain-1.qcow2", "qcow2/backing-chain-2.qcow2", "qcow2/backing-chain-3.qcow2",
      ])
    #expect(
      try pool.names("dependents", "qcow2/backing-chain-3.qcow2", in: .dissect) == [
        "qcow2/backing-chain-2.qcow2", "qcow2/backing-chain-1.qcow2",
      ])
    #expect(
      try pool.names("dependents", "hdd/split.hdd/split.hdd.3.\(Self.extent)", in: .dissect)
        == ["hdd/split.hdd/DiskDescriptor.xml"])
    #expect(
      try pool.names("dependents", "qcow2/data-file.bin", in: .dissect)
        == ["qcow2/data-file.qcow2"])
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test(ForeignImages.dissect.areNeeded)
  func `the empty files of Parallels can be left out by a pattern`() throws {
    let pool = try RealPool()
    let folder = ForeignImages.dissect.url.appending(path: "hdd").path
    try pool.scan(folder, "--exclude", "**/*.hdd/*.hdd")
    #expect(try pool.listed(in: .dissect).count == 11)
    #expect(try !pool.listed(in: .dissect).contains { $0.hasPrefix("raw 0 ") })
    #expect(try pool.findings() == [])
  }

  @Test(ForeignImages.cot.areNeeded)
  func `nothing is wrong with VirtualBox's and VMware's`() throws {
    let pool = try RealPool()
    try pool.scan(ForeignImages.cot.url.path)
    #expect(try pool.findings() == [])
    #expect(
      try pool.listed(in: .cot) == [
        "vmdk 536870912 blank.vmdk", "vmdk 1073741824 input.vmdk",
        "vmdk 8589934592 ubuntu.2.0-disk1.vmdk",
      ])
  }

  @Test(ForeignImages.qemu.areNeeded)
  func `of QEMU's samples those of a fuzzer are broken, and one was not closed`() throws {
    let pool = try RealPool()
    try pool.scan(ForeignImages.qemu.url.path)
    #expect(
      try pool.findings() == [
        "header-malformed afl5.img", "header-malformed afl9.vmdk",
        "image-dirty iotest-dirtylog-10G-4M.vhdx",
      ])
    #expect(
      try pool.listed(in: .qemu) == [
        "vpc 34816 afl5.img", "vmdk - afl9.vmdk", "vpc 263454720 d2v-zerofilled.vhd",
        "bochs 1032192 empty.bochs", "vpc 136365211648 hyperv2012r2-dynamic.vhd",
        "vhdx 10737418240 iotest-dirtylog-10G-4M.vhdx", "vhdx 1073741824 iotest-dynamic-1G.vhdx",
        "vmdk 17179869184 iotest-version3.vmdk", "parallels 2097152 parallels-v1",
        "parallels 2097152 parallels-v2", "parallels 68719476736 parallels-with-bitmap",
        "dmg 1799168 simple-dmg.dmg", "cloop 1048576 simple-pattern.cloop",
        "vhdx 268435456 test-disk2vhd.vhdx", "vpc 136363130880 virtualpc-dynamic.vhd",
      ])
  }

  @Test(ForeignImages.dissect.areNeeded)
  func `another disk in the place of a checkpoint's parent is not taken for it`() throws {
    let pool = try RealPool()
    let folder = ForeignImages.dissect.url.appending(path: "vhdx").path
    try pool.shell(
      "cp --sparse=always '\(folder)/differencing.avhdx' . && cp --sparse=always "
        + "'\(folder)/fixed.vhdx' 'Generation 1_49C4BAF3-4B25-4406-8C4B-D39E65C32385.avhdx'")
    try pool.scan()
    #expect(try pool.findings() == ["parent-mismatch differencing.avhdx"])
  }

  /// What the names of Parallels' extents end with.
  private static let extent = "{5fbaabe3-6958-40ff-92a7-860e329aab41}.hds"
}

extension RealPool {
  /// The images as `FORMAT SIZE NAME`, in the order of their names.
  fileprivate func listed(in images: ForeignImages) throws -> [String] {
    try backstory("list", "--output", "json").objects.map { image in
      let size = (image["virtual-size"] as? Int).map(String.init) ?? "-"
      return "\(image["format"] ?? "") \(size) \(images.name(of: image))"
    }
  }

  /// The names of the images in the answer to a question about one, in the answer's order.
  fileprivate func names(
    _ question: String, _ image: String, in images: ForeignImages
  ) throws -> [String] {
    try backstory(question, "--output", "json", images.path(image)).objects
      .map { images.name(of: $0) }
  }
}

extension ForeignImages {
  /// The name below the folder, of an image in an answer.
  fileprivate func name(of image: [String: Any]) -> String {
    (image["filename"] as? String ?? "").replacing("\(url.path)/", with: "")
  }
}
