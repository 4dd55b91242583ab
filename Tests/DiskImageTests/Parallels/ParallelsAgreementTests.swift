import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct ParallelsAgreementTests {
  @Test(arguments: ["cluster_size=64k", "cluster_size=1M", "cluster_size=512"])
  func `an image created with`(options: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "parallels", "-o", options, "a.hdd", "3M")
    try folder.expectAgreement(on: "a.hdd")
  }

  @Test(arguments: ["0", "512", "1M", "5000192", "64G", "3T"])
  func `an image of the virtual size`(size: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "parallels", "a.hdd", size)
    try folder.expectAgreement(on: "a.hdd")
  }

  @Test func `an image of the older kind`() throws {
    let folder = try ImageFolder()
    try folder.write(HeaderDraft.olderParallels.bytes, to: "a.hdd")
    try folder.expectAgreement(on: "a.hdd")
  }

  @Test(arguments: [0, 1, 63, 2048, 4_186_127, 4_186_128, 0x8000_0000] as [UInt32])
  func `clusters of so many sectors`(tracks: UInt32) throws {
    let folder = try ImageFolder()
    var image = HeaderDraft.parallels
    image.put(little: tracks, at: 28)
    image.put(little: 3 as UInt64, at: 36)
    image.put(little: tracks, at: 48)
    try folder.write(image.bytes, to: "a.hdd")
    try folder.expectSameVerdict(on: "a.hdd", as: "parallels", "\(tracks) sectors")
  }

  /// Left out: 16 to 19 (another version is raw), and what the specification rules out and QEMU does not
  /// look at: clusters that data is not aligned to, a BAT too short for the disk or too long for the
  /// image, and all behind.
  @Test func `bytes of the header`() throws {
    let folder = try ImageFolder()
    let sound = HeaderDraft.parallels.bytes
    for index in [0, 15, 20, 21, 22, 23, 24, 25, 26, 27, 31] {
      for value in [1, 0x80] as [UInt8] {
        var bytes = sound
        bytes[index] = value
        try folder.write(bytes, to: "a.hdd")
        guard try folder.facts(of: "a.hdd").format == .parallels else {
          #expect(index < 16)
          continue
        }
        try folder.expectSameVerdict(on: "a.hdd", as: "parallels", "byte \(index) is \(value)")
      }
    }
  }
}
