import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct VHDXAgreementTests {
  @Test(arguments: [
    "subformat=dynamic", "subformat=fixed", "block_size=0", "block_size=1M", "block_size=16M",
    "block_size=256M", "log_size=1M", "log_size=4M", "block_state_zero=on",
    "block_state_zero=off", "subformat=fixed,block_state_zero=off,block_size=2M,log_size=16M",
    "preallocation=off",
  ])
  func `an image created with`(options: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "vhdx", "-o", options, "a.vhdx", "10M")
    try folder.expectAgreement(on: "a.vhdx")
  }

  @Test(arguments: ["1M", "5000192", "5G", "2T", "64T"])
  func `an image of the virtual size`(size: String) throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "vhdx", "a.vhdx", size)
    try folder.expectAgreement(on: "a.vhdx")
  }

  @Test func `an image that a disk was converted to`() throws {
    let folder = try ImageFolder()
    try folder.write([UInt8](repeating: 7, count: 5_242_880), to: "disk.raw")
    try folder.qemuImg("convert", "-f", "raw", "-O", "vhdx", "disk.raw", "a.vhdx")
    try folder.expectAgreement(on: "a.vhdx")
  }

  @Test func `an image written by hand`() throws {
    let folder = try ImageFolder()
    try folder.write(VHDXBytes.dynamic.bytes, to: "a.vhdx")
    try folder.expectAgreement(on: "a.vhdx")
  }

  private typealias Place = VHDXBytes.Place

  /// Left out: the checksums, which are made right.
  @Test(arguments: [
    (Place.secondHeader)..<(Place.secondHeader + 4),
    (Place.secondHeader + 64)..<(Place.secondHeader + 80),
    (Place.metadata)..<(Place.metadata + 8), (Place.metadata + 32)..<(Place.metadata + 48),
    (Place.items)..<(Place.items + 16), (Place.firstRegions + 8)..<(Place.firstRegions + 12),
    (Place.items + 32)..<(Place.items + 36),
  ])
  func `bytes of the headers`(range: Range<Int>) throws {
    let folder = try ImageFolder()
    for index in range {
      for value in [0, 1, 0x80] as [UInt8] {
        let image = VHDXBytes.dynamic.changed { $0.put([value], at: index) }
        try folder.write(image.bytes, to: "a.vhdx")
        try folder.expectSameVerdict(on: "a.vhdx", as: "vhdx", "byte \(index) is \(value)")
      }
    }
  }
}
