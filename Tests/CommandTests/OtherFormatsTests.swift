import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct OtherFormatsTests {
  @Test func `extents and parents of VMDKs are links like any other`() throws {
    let pool = try RealPool()
    try pool.shell("qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentFlat split.vmdk 5G")
    try pool.shell("qemu-img create -q -f vmdk base.vmdk 16M")
    try pool.shell("qemu-img create -q -f vmdk -b base.vmdk -F vmdk delta.vmdk")
    try pool.scan()
    #expect(try pool.findings() == [])
    let dependents = try pool.backstory(
      "dependents", "--output", "json", "pool/split-f002.vmdk"
    ).objects
    #expect(dependents.first?["via"] as? String == "extent")
    try pool.shell("rm split-f002.vmdk; rm base.vmdk")
    try pool.scan()
    #expect(
      try pool.findings() == ["backing-missing delta.vmdk", "extent-missing split.vmdk"])
  }

  @Test func `a VMDK whose parent was written says that it is not the parent it knew`() throws {
    let pool = try RealPool()
    // qemu-img writes a random number without its leading zeros, and sed must not move what follows.
    try pool.shell(
      "until qemu-img create -q -f vmdk base.vmdk 16M && grep -qaE '^CID=[0-9a-f]{8}$' base.vmdk; "
        + "do rm base.vmdk; done")
    try pool.shell("qemu-img create -q -f vmdk -b base.vmdk -F vmdk delta.vmdk")
    try pool.scan()
    try pool.shell("sed -i 's/^CID=......../CID=12345678/' base.vmdk")
    try pool.scan()
    #expect(try pool.findings().contains("parent-mismatch delta.vmdk"))
  }

  @Test(arguments: ["vmdk", "vpc", "vhdx", "vdi", "qcow2", "raw"])
  func `the list says of an image what qemu-img says`(format: String) throws {
    let pool = try RealPool()
    try pool.shell("qemu-img create -q -f \(format) disk.img 8M")
    try pool.scan()
    let info = try Program.shell("qemu-img info -U --output=json pool/disk.img", in: pool.folder)
    let listed = try #require(try pool.backstory("list", "--output", "json").objects.first)
    for (key, value) in info.object where key != "filename" && key != "format-specific" {
      #expect(listed[key] as? NSObject == value as? NSObject, "\(format) \(key)")
    }
  }
}
