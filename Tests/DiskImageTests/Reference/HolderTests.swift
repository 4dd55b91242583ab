import DiskImage
import Testing

@Suite struct HolderTests {
  private func target(
    _ stored: String, _ role: ReferenceRole, _ format: ImageFormat
  ) -> ReferenceTarget {
    ReferenceTarget(
      parsing: Array(stored.utf8), as: role, heldBy: format, in: Array("/pool".utf8))
  }

  private func path(_ stored: String, _ role: ReferenceRole, _ format: ImageFormat) -> String? {
    target(stored, role, format).path.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a parent known by UUID is no path`() {
    let target = target("03020100-0504-0706-0809-0a0b0c0d0e0f", .parent, .vdi)
    #expect(target.type == .uuid)
    #expect(target.uri == "03020100-0504-0706-0809-0a0b0c0d0e0f")
    #expect(target.path == nil)
  }

  @Test func `an extent is a path whatever colons are in it`() {
    #expect(path("d-s001.vmdk", .extent, .vmdk) == "/pool/d-s001.vmdk")
    #expect(path("nbd:host:1", .extent, .vmdk) == "/pool/nbd:host:1")
    #expect(path("/dev/sdb", .extent, .vmdk) == "/dev/sdb")
  }

  @Test(arguments: [ImageFormat.vpc, .vhdx])
  func `a relative path of Windows is one here`(format: ImageFormat) {
    #expect(path(#".\parent.vhd"#, .backing, format) == "/pool/parent.vhd")
    #expect(path(#"..\base\parent.vhd"#, .backing, format) == "/pool/../base/parent.vhd")
    #expect(path("parent.vhd", .backing, format) == "/pool/parent.vhd")
    #expect(path("file://./parent.vhd", .backing, format) == "/pool/parent.vhd")
    #expect(path("file:///base/parent.vhd", .backing, format) == "/base/parent.vhd")
    #expect(path("file://localhost/base/parent.vhd", .backing, format) == "/base/parent.vhd")
  }

  @Test(arguments: [#"C:\d\p.vhdx"#, #"\\?\Volume{1}\p.vhdx"#, #"\\server\share\p.vhdx"#])
  func `an absolute path of Windows means nothing here`(stored: String) {
    let target = target(stored, .backing, .vhdx)
    #expect(target.type == nil && target.path == nil)
    #expect(target.invalid == "it is an absolute path of Windows")
  }

  @Test func `all others have QEMU's grammar`() {
    #expect(target("nbd://host/export", .backing, .vmdk).type == .network)
    #expect(path(#"a\b.qcow2"#, .backing, .qcow2) == #"/pool/a\b.qcow2"#)
  }
}
