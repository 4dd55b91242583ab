/// Reads qcow2, versions 2 and 3.
///
/// Source: QEMU docs/interop/qcow2.
enum QCOW2Reader: ImageFormatReader {
  static let format = ImageFormat.qcow2

  static func recognises(_ head: HeaderBytes) -> Bool {
    head.holds([0x51, 0x46, 0x49, 0xfb, 0, 0, 0], at: 0)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    var facts = ImageFacts(format: format)
    facts.virtualSize = try head.bigEndian(UInt64.self, at: 24)
    return facts
  }
}
