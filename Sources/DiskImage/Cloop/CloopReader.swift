/// Reads compressed loop images, version 2.0: what QEMU calls `cloop`.
///
/// Source: cloop compressed_loop.h, `cloop_head`; QEMU block/cloop.c; numbers are big-endian. What is
/// refused is what QEMU 7.2 refuses to open as far as the header alone shows it, and beyond it an offset
/// table that the image has no room for. The offset table is never read: the first 136 bytes of the head
/// are looked at, and nothing else.
///
/// A disk of 2 TiB and more has its true size here; QEMU counts sectors in 32 bits.
enum CloopReader: ImageFormatReader {
  static let format = ImageFormat.cloop
  /// Bytes of an uncompressed block. QEMU refuses more.
  private static let maxBlockSize: UInt32 = 64 << 20
  /// Blocks whose offsets, 8 bytes each and one for the end, make 512 MiB. QEMU refuses more.
  private static let maxBlocks: UInt32 = (64 << 20) - 1

  static func recognises(_ head: HeaderBytes) -> Bool {
    head.holds(
      "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n",
      at: 0)
  }

  static func facts<Source: ByteSource & ~Copyable>(
    head: HeaderBytes, source: borrowing Source
  ) throws(HeaderFault) -> ImageFacts {
    let blockSize = try head.bigEndian(UInt32.self, at: 128)
      .checked(within: 512...maxBlockSize, field: "block_size")
    guard blockSize.isMultiple(of: 512) else {
      throw .contradiction(field: "block_size", reason: "is \(blockSize), not a multiple of 512")
    }
    let blocks = try head.bigEndian(UInt32.self, at: 132)
      .checked(within: 0...maxBlocks, field: "num_blocks")
    var facts = ImageFacts(format: format)
    facts.virtualSize = UInt64(blockSize) * UInt64(blocks)
    do {
      try source.checkArea(at: 136, count: (UInt64(blocks) + 1) * 8)
    } catch {
      facts.fault = error
    }
    return facts
  }
}
