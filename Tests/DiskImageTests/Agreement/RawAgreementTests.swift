import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct RawAgreementTests {
  @Test(arguments: [0, 1, 511, 512, 513, 1_048_576])
  func `the size of a raw image`(byteCount: Int) throws {
    let folder = try ImageFolder()
    try folder.write([UInt8](repeating: 0, count: byteCount), to: "disk.raw")
    try folder.expectAgreement(on: "disk.raw")
  }
}
