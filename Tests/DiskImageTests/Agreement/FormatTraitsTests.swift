import DiskImage
import Foundation
import Testing

/// The table of traits against what `qemu-img` does.
@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing)) struct FormatTraitsTests {
  /// Formats of which `qemu-img create` makes an overlay, with overlays made in `folder`.
  private func overlays(in folder: borrowing ImageFolder) throws -> [ImageFormat] {
    try QemuImg.run(["create", "-q", "-f", "vmdk", "base.vmdk", "1M"], in: folder.url)
    try QemuImg.run(["create", "-q", "-f", "raw", "base.raw", "1M"], in: folder.url)
    return ImageFormat.allCases.filter { format in
      let base = format == .vmdk ? "vmdk" : "raw"
      let made = try? QemuImg.run(
        ["create", "-q", "-f", format.rawValue, "-b", "base.\(base)", "-F", base, "\(format)"],
        in: folder.url)
      return made != nil
    }
  }

  @Test func `qemu-img makes overlays of the formats whose base libvirt reads`() throws {
    let folder = try ImageFolder()
    #expect(try overlays(in: folder) == [.qcow, .qcow2, .qed, .vmdk])
    #expect(
      ImageFormat.allCases.filter(\.traits.isBaseReadByLibvirt) == [.qcow, .qcow2, .qed, .vmdk])
  }

  @Test func `qemu-img rebases those that say so, and no others`() throws {
    let folder = try ImageFolder()
    for format in try overlays(in: folder) {
      let base = format == .vmdk ? "vmdk" : "raw"
      let done = try? QemuImg.run(
        ["rebase", "-u", "-f", "\(format)", "-F", base, "-b", "base.\(base)", "\(format)"],
        in: folder.url)
      #expect((done != nil) == format.traits.canBeRebased, "\(format)")
    }
    #expect(ImageFormat.allCases.filter(\.traits.canBeRebased) == [.qcow2, .qed])
  }

  @Test func `a header has the format of its base where there is a place for it`() throws {
    let folder = try ImageFolder()
    for format in try overlays(in: folder) {
      let bytes = Array(try Data(contentsOf: folder.url.appending(path: "\(format)")))
      let backing = try ImageFacts.reading(bytes).references.first { $0.role == .backing }
      #expect(
        (backing?.recordedFormat != nil) == format.traits.recordsBackingFormat, "\(format)")
    }
  }

  /// QEMU takes longer ones of qed, of which 1023 bytes are our own limit.
  @Test(arguments: [(ImageFormat.qcow, false), (.qcow2, false), (.qed, true)])
  func `a name is as long as QEMU takes it`(format: ImageFormat, takesMore: Bool) throws {
    let folder = try ImageFolder()
    let longest = try #require(format.traits.longestBackingName)
    let accepted = [longest, longest + 1].map { count in
      let name = "json:{" + String(repeating: " ", count: count - 6)
      let create = [
        "create", "-q", "-f", "\(format)", "-u", "-b", name, "-F", "raw", "image", "1M",
      ]
      guard (try? QemuImg.run(create, in: folder.url)) != nil else { return false }
      return (try? QemuImg.run(["info", "image"], in: folder.url)) != nil
    }
    #expect(accepted == [true, takesMore])
  }

  @Test func `endings and names of every format are known`() {
    #expect(
      ImageFormat.endings == [
        "raw", "img", "disk", "qcow", "qcow2", "qed", "vmdk", "vdi", "vhd", "vhdx", "vpc", "hdd",
        "hds", "iso", "dmg", "luks", "bochs", "cloop",
      ])
    #expect(ImageFormat.traits(of: "nonsense")?.endings == nil)
  }
}
