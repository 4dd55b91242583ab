/// The header of a qcow2 image, version 3, in bytes.
///
/// Source: QEMU docs/interop/qcow2, "Header" and "Header extensions".
struct QCOW2Sample {
  /// The stored backing name; empty where there is none.
  var backing = ""
  /// The recorded backing format; empty where there is none.
  var backingFormat = ""

  /// 256 KiB that begin with the header, its extensions and the backing name: an image of 1 GiB in
  /// clusters of 64 KiB, with an L1 table at 192 KiB and a refcount table at 64 KiB.
  var bytes: [UInt8] {
    let end: [UInt8] = Array(repeating: 0, count: 8)
    let extensions = formatExtension + end
    let nameOffset = backing.isEmpty ? 0 : UInt64(104 + extensions.count)
    var header = number(0x5146_49fb as UInt32) + number(3 as UInt32)
    header += number(nameOffset) + number(UInt32(backing.utf8.count))
    header += number(16 as UInt32) + number(1_073_741_824 as UInt64)
    header += number(0 as UInt32) + number(2 as UInt32) + number(0x30000 as UInt64)
    header += number(0x10000 as UInt64) + number(1 as UInt32)
    header += Array(repeating: 0, count: 36)
    header += number(4 as UInt32) + number(104 as UInt32)
    let head = header + extensions + Array(backing.utf8)
    return head + Array(repeating: 0, count: 0x40000 - head.count)
  }

  private var formatExtension: [UInt8] {
    let format = Array(backingFormat.utf8)
    guard !format.isEmpty else { return [] }
    let padding = Array(repeating: 0 as UInt8, count: (8 - format.count % 8) % 8)
    return number(0xe279_2aca as UInt32) + number(UInt32(format.count)) + format + padding
  }

  /// The bytes of a number, the greatest first.
  private func number(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: value >> $0)
    }
  }
}
