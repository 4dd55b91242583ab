import DiskImage
import Testing

@Suite struct PlainNameTests {
  private func target(_ stored: [UInt8], in directory: String = "/var/images") -> ReferenceTarget {
    ReferenceTarget(parsing: stored, in: Array(directory.utf8))
  }

  @Test(arguments: [
    ("base", "/var/images/base"), ("./base", "/var/images/base"),
    ("../base", "/var/images/../base"), ("a/../b", "/var/images/a/../b"),
    ("a//b/./c", "/var/images/a/b/c"), ("/x", "/x"), ("//x///y", "/x/y"), ("/./x/.", "/x"),
    ("/../x", "/x"), ("/../../x/..", "/x/.."), ("x/", "/var/images/x/"), ("/", "/"),
    (".", "/var/images"),
    ("...", "/var/images/..."), (".x", "/var/images/.x"), ("..x", "/var/images/..x"),
    ("./a:b", "/var/images/a:b"), ("a/b:c", "/var/images/a/b:c"), ("/a:b", "/a:b"),
    ("%41", "/var/images/%41"), ("a?b=c#d", "/var/images/a?b=c#d"), ("c\\d", "/var/images/c\\d"),
  ])
  func `a name without a protocol is a tidy absolute path`(stored: String, path: String) {
    var expected = ReferenceTarget(type: .file)
    expected.path = Array(path.utf8)
    #expect(target(Array(stored.utf8)) == expected)
  }

  @Test(arguments: [("/", "/b"), ("/d/", "/d/b"), ("//d/./e", "/d/e/b"), ("/d/../e", "/d/../e/b")])
  func `the directory is tidied as well`(directory: String, path: String) {
    #expect(target([0x62], in: directory).path == Array(path.utf8))
  }

  @Test func `an empty reference means nothing`() {
    #expect(target([]).invalid == "it is empty")
    #expect(target([]).type == nil)
    #expect(target([]).path == nil)
  }

  @Test(arguments: ["a\0b", "\0", "/a\0", "file:\0", "nbd:h\0:1", "json:\0{}"])
  func `a NUL byte means nothing`(stored: String) {
    #expect(target(Array(stored.utf8)).invalid == "it contains a NUL byte")
  }

  @Test(arguments: (1...255).filter { $0 != 0x2f && $0 != 0x3a && $0 != 0x2e })
  func `any other byte may be in a path`(byte: Int) {
    let stored: [UInt8] = [UInt8(byte)]
    #expect(target(stored).path == Array("/var/images/".utf8) + stored)
  }

  @Test func `a name of 1023 bytes is whole`() {
    let stored = [UInt8](repeating: 0xff, count: 1023)
    #expect(target(stored).path == Array("/var/images/".utf8) + stored)
  }

  @Test(arguments: [
    ("file:base", "/var/images/base", true), ("file:/x%20y", "/x%20y", false),
    ("file:///x%20y", "/x%20y", false), ("file://host/x", "/host/x", false),
    ("file:a:b", "/var/images/a:b", true), ("file:./a", "/var/images/a", true),
    ("blkdebug::base", "/var/images/base", true), ("blkdebug:conf:/x", "/x", false),
    (#"json:{"driver":"file","filename":"base"}"#, "/var/images/base", true),
    (#"json:{"file":{"filename":"nbd:base"}}"#, "/var/images/nbd:base", true),
    (#"json:{"driver":"file","filename":"file:base"}"#, "/var/images/file:base", true),
  ])
  func `behind a prefix nothing is decoded, and a relative name is QEMU's to place`(
    stored: String, path: String, isRelative: Bool
  ) {
    let target = target(Array(stored.utf8))
    #expect(target.type == .file)
    #expect(target.path == Array(path.utf8))
    #expect(target.options["relative-to"] == (isRelative ? "working-directory" : nil))
  }

  @Test(arguments: [
    ("/dev/vg/lv", ReferenceType.block), ("/dev//sda", .block), ("/./dev/mapper/a", .block),
    ("/dev/shm/a", .file), ("/dev/shmem", .block), ("/dev", .file), ("/dev/../x", .file),
    ("/devices/a", .file), ("dev/sda", .file), ("file:/dev/sda", .file),
    (#"json:{"driver":"file","filename":"/dev/sda"}"#, .file),
    (#"json:{"driver":"host_device","filename":"/x"}"#, .block),
  ])
  func `a plain name below dev is a device`(stored: String, type: ReferenceType) {
    #expect(target(Array(stored.utf8)).type == type)
  }

  @Test(arguments: [
    ("host_device:/dev/sda", ReferenceType.block, "/dev/sda"),
    ("host_cdrom:/dev/sr0", .block, "/dev/sr0"), ("fat:rw:/d", .dir, "/d"),
    ("fat:floppy:16:/d", .dir, "/d"),
    (#"json:{"driver":"vvfat","dir":"/d"}"#, .dir, "/d"),
    (#"json:{"driver":"virtio-blk-vhost-user","path":"/s"}"#, .vhostuser, "/s"),
    (#"json:{"driver":"virtio-blk-vhost-vdpa","path":"/dev/v"}"#, .vhostvdpa, "/dev/v"),
  ])
  func `a driver of devices or directories has its type`(
    stored: String, type: ReferenceType, path: String
  ) {
    let target = target(Array(stored.utf8))
    #expect(target.type == type)
    #expect(target.path == Array(path.utf8))
  }

  @Test(arguments: [
    ("unknown:x", "unknown protocol 'unknown'"), (":x", "unknown protocol ''"),
    ("sftp://h/x", "unknown protocol 'sftp'"), ("NBD://h/x", "unknown protocol 'NBD'"),
    ("a\u{1b}b:x", "unknown protocol 'a?b'"), ("c:\\x", "it is an absolute path of Windows"),
    ("file:", "it names no file"), ("fat:", "it names no file"),
    ("blkdebug:x", "blkdebug has no image behind its setting"),
    ("blkverify::x", "blkverify has no raw image to compare with"),
    ("nvme:x", "an nvme reference is a URI and has '://'"),
    ("nvme://0000:01:20.0/1", "it has no PCI address of an nvme device"),
    ("nvme://0000:01:00.0", "it has no number of an nvme namespace"),
  ])
  func `what means nothing says why`(stored: String, reason: String) {
    #expect(target(Array(stored.utf8)).invalid == reason)
    #expect(target(Array(stored.utf8)).type == nil)
  }

  @Test(arguments: [
    ("nvme://0000:01:00.0/1", "nvme://0000:01:00.0/1"),
    ("nvme://1:2.3/04", "nvme://0000:01:02.3/4"),
    (#"json:{"driver":"nvme","device":"0000:0A:00.0","namespace":2}"#, "nvme://0000:0a:00.0/2"),
  ])
  func `an NVMe namespace has a URI of full digits`(stored: String, uri: String) {
    let target = target(Array(stored.utf8))
    #expect(target.type == .nvme)
    #expect(target.uri == uri)
  }
}
