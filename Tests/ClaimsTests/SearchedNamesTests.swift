import DiskImage
import Model
import Testing

@testable import Claims

/// By which names a reference that leads nowhere is looked for.
@Suite struct SearchedNamesTests {
  private func names(
    _ stored: String, as role: ReferenceRole = .backing, at place: PathBytes? = nil
  ) -> [String] {
    let found = SearchedNames(of: Array(stored.utf8), as: role, heldBy: .qcow2, at: place)
    return
      (found.names.sorted { $0.lexicographicallyPrecedes($1) }
      + found.tails.sorted { $0.lexicographicallyPrecedes($1) })
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("base.qcow2", ["base.qcow2"]),
    ("/old/place/Base.QCOW2", ["base.qcow2", "place/base.qcow2"]),
    // Who wrote it may have meant a path of Windows.
    (#"D:\VMs\web\Disk.vmdk"#, ["disk.vmdk", "web/disk.vmdk"]),
    ("../x/base", ["base", "x/base"]),
    ("../base", ["base"]),
    ("./base", ["base"]),
    ("nfs://host/export/base.qcow2", ["base.qcow2", "export/base.qcow2"]),
    (
      #"json:{"driver":"file","filename":"/a/b.img"}"#,
      ["b.img", "b.img\"}", "a/b.img", "a/b.img\"}"]
    ),
  ])
  func `the last component, and the last two, in lower case`(stored: String, found: [String]) {
    #expect(names(stored) == found)
  }

  @Test(arguments: [
    // A directory, a device, blocks of a server.
    "/old/place/", "/dev/vg/base", "/proc/7/fd/9", "/sys/x", "/run/x.img", "..", ".", "",
    "rbd:pool/image", "nbd://host/export", "iscsi://host/iqn.x/1",
  ])
  func `what can be no file of a pool is not looked for`(stored: String) {
    #expect(names(stored) == [])
  }

  @Test func `where it is looked for counts too, and a shared directory is no image`() {
    #expect(names("b", at: "/p/c/b.img") == ["b", "b.img", "c/b.img"])
    #expect(names("/srv/share", as: .filesystem) == [])
  }

  @Test func `only letters of ASCII lose their case`() {
    #expect(
      SearchedNames.inLowerCase([0x41, 0x5A, 0x40, 0x5B, 0xC3, 0x84]) == [
        0x61, 0x7A, 0x40, 0x5B, 0xC3, 0x84,
      ])
  }
}
