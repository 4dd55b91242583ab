import DiskImage
import Foundation
import Testing

/// `full-backing-filename` of the installed `qemu-img`, byte for byte.
@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct FullNameAgreementTests {
  @Test(arguments: [
    "base.qcow2", "./base.qcow2", "../base.qcow2", "a/../base.qcow2", "a//b", "a/./b/", ".", "..",
    "/abs/base.qcow2", "//abs//base.qcow2", "/", "./a:b.qcow2", "dir/a:b.qcow2", "a:b.qcow2",
    "file:base.qcow2", "file:/abs/base", "file:///abs/base%20x", "fat:dir", "host_device:/dev/sda",
    "nbd:unix:/run/a:b:exportname=x/y", "nbd://server:10809/export", "rbd:pool/image:id=a\\:b",
    "http://user:word@server/a b", "blkdebug::base.qcow2", "nvme://0000:01:00.0/1", "unknown:x",
    #"json:{"driver":"file","filename":"base"}"#, #"json:{"file.filename":"base"}"#, "json:{",
    "with space", "ü.qcow2", "new\nline", "quote\"'\\", "%41", "~", "-", "?x=y", ":", "c:\\base",
  ])
  func `a backing name is combined as QEMU combines it`(stored: String) throws {
    let folder = try ImageFolder()
    let image = folder.url.appending(path: "o.qcow2").path
    try folder.qemuImg(
      "create", "-q", "-u", "-f", "qcow2", "-b", stored, "-F", "qcow2", "o.qcow2", "1M")
    guard case .object(let fields) = try QemuImg.info(image, in: folder.url) else {
      Issue.record("qemu-img says no object")
      return
    }
    let theirs = fields.first { $0.key == "full-backing-filename" }?.value
    let ours = ReferenceTarget.fullName(
      of: Array(stored.utf8), in: Array(folder.url.path.utf8))
    #expect(theirs == .text(String(decoding: ours, as: UTF8.self)))
  }
}

@Suite struct FullNameTests {
  @Test(arguments: [
    ("b", "/", "/b"), ("b", "/d", "/d/b"), ("b", "/d/", "/d/b"), ("b", "//d", "//d/b"),
    ("../b", "/d", "/d/../b"), ("b", "", "b"), ("", "/d", ""), ("/b", "/d", "/b"),
    ("p:b", "/d", "p:b"),
  ])
  func `a relative name follows the directory and one slash`(
    stored: String, directory: String, expected: String
  ) {
    #expect(
      ReferenceTarget.fullName(of: Array(stored.utf8), in: Array(directory.utf8))
        == Array(expected.utf8))
  }
}
