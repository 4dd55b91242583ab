import DiskImage
import Foundation
import Testing

/// By what images that other programs made are known: the values are read off dumps of them.
@Suite struct ForeignIdentityTests {
  @Test(ForeignImages.dissect.areNeeded)
  func `a checkpoint of Hyper-V knows its parent by one identity, and zeros are none`() throws {
    #expect(
      try Self.identifiers(.dissect, "vhdx/differencing.avhdx") == [
        ImageIdentifier(.own, "b298d413-f67e-412a-9a72-c7c7fc9b6cb5"),
        ImageIdentifier(.parent, "ff34003b-11ed-4cf8-a166-b2be05e20b80"),
      ])
  }

  @Test(
    ForeignImages.dissect.areNeeded,
    arguments: [
      ("vhd/dynamic.vhd", "4b6a0d04-f946-d74e-836f-d3dc87e1816b"),
      ("vhdx/dynamic.vhdx", "28e09ae1-ab94-4815-a155-f143e2d00a3f"),
    ])
  func `a disk of Hyper-V has its own`(name: String, own: String) throws {
    #expect(try Self.identifiers(.dissect, name) == [ImageIdentifier(.own, own)])
  }

  @Test(
    ForeignImages.cot.areNeeded,
    arguments: [
      ("ubuntu.2.0-disk1.vmdk", "255a27cd"), ("blank.vmdk", "278f54ff"), ("input.vmdk", "278f54ff"),
    ])
  func `a disk of VirtualBox or VMware has its content's`(name: String, own: String) throws {
    // VirtualBox writes its UUID beside it.
    let identifiers = try Self.identifiers(.cot, name).filter { $0.subject != .ownUUID }
    #expect(identifiers == [ImageIdentifier(.own, own)])
  }

  @Test(
    ForeignImages.qemu.areNeeded,
    arguments: [
      ("virtualpc-dynamic.vhd", "33ea0013-6191-4d02-b93f-88af84296f85"),
      ("d2v-zerofilled.vhd", "e7b829fd-e66d-ba49-ac19-6ebdab26cea3"),
      ("test-disk2vhd.vhdx", "fd03891c-29e5-4ad6-8ee1-7198d3b1e263"),
      ("iotest-version3.vmdk", "a454774a"),
    ])
  func `a disk of Virtual PC, Disk2vhd or VMware has its own`(name: String, own: String) throws {
    #expect(try Self.identifiers(.qemu, name) == [ImageIdentifier(.own, own)])
  }

  private static func identifiers(
    _ images: ForeignImages, _ name: String
  ) throws -> [ImageIdentifier] {
    try ImageFacts.reading(OpenImage(images.url.appending(path: name))).identifiers
  }
}
