import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct VDIAgreementTests {
  @Test(arguments: [
    "static=off", "static=on", "preallocation=off", "preallocation=falloc", "preallocation=full",
  ])
  func `an image created with`(options: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "vdi", "-o", options, "a.vdi", "3M")
    try folder.expectAgreement(on: "a.vdi")
  }

  @Test(arguments: ["0", "512", "1M", "5000000", "8T"])
  func `an image of the virtual size`(size: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "vdi", "a.vdi", size)
    try folder.expectAgreement(on: "a.vdi")
  }

  @Test func `a size that is no multiple of a sector`() throws {
    let folder = try ImageFolder()
    var image = HeaderDraft.vdi
    image.put(little: 1_048_577 as UInt64, at: 368)
    try folder.write(image.bytes, to: "a.vdi")
    try folder.expectAgreement(on: "a.vdi")
  }

  /// Left out: 72 to 79 (QEMU looks neither at the length of the header nor at the type), 376 to 379
  /// and 424 to 455 (block sizes and parents that QEMU cannot open are sound for us).
  @Test(arguments: [68..<72, 80..<376, 380..<424])
  func `bytes of the header`(range: Range<Int>) throws {
    let folder = try ImageFolder()
    let sound = HeaderDraft.vdi.bytes
    for index in range {
      // The comment and the geometry mean nothing to either.
      if (88..<340).contains(index) { continue }
      for value in [1, 0x80] as [UInt8] where sound[index] != value {
        var bytes = sound
        bytes[index] = value
        try folder.write(bytes, to: "a.vdi")
        try folder.expectSameVerdict(on: "a.vdi", as: "vdi", "byte \(index) is \(value)")
      }
    }
  }
}
