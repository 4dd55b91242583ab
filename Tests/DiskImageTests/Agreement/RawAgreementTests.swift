import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct RawAgreementTests {
  @Test(arguments: [512, 4096, 1_048_576])
  func `a raw image of whole sectors`(byteCount: Int) throws {
    let folder = try ImageFolder()
    try folder.write([UInt8](repeating: 0, count: byteCount), to: "disk.raw")
    try folder.expectAgreement(on: "disk.raw")
  }
}
