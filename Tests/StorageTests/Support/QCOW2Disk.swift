/// A qcow2 image by hand: a version 3 header, a refcount table of nothing, one L1 table, one L2 table, and clusters
/// of 64 KiB.
struct QCOW2Disk {
  /// Bytes of a cluster.
  static let cluster = 65_536

  /// Bytes that the guest sees; at most 512 MiB, which one L2 table maps.
  var size = 4 * Self.cluster
  /// What clusters hold, by their numbers on the guest's disk.
  var clusters: [Int: [UInt8]] = [:]
  /// Clusters that are zeros, whatever is below.
  var zeros: Set<Int> = []

  /// The header, the refcount table, the L1 table, the L2 table and the data, a cluster each.
  var bytes: [UInt8] {
    var table = [UInt8](repeating: 0, count: Self.cluster)
    var data: [UInt8] = []
    for (number, content) in clusters.sorted(by: { $0.key < $1.key }) {
      let offset = 4 * Self.cluster + data.count
      table.replaceSubrange(
        number * 8..<number * 8 + 8, with: Self.number(UInt64(offset) | 1 << 63))
      data += content + [UInt8](repeating: 0, count: Self.cluster - content.count)
    }
    for number in zeros {
      table.replaceSubrange(number * 8..<number * 8 + 8, with: Self.number(1 as UInt64))
    }
    return header + [UInt8](repeating: 0, count: Self.cluster) + l1 + table + data
  }

  private var header: [UInt8] {
    var header = Self.number(0x5146_49fb as UInt32) + Self.number(3 as UInt32)
    header += Self.number(0 as UInt64) + Self.number(0 as UInt32)
    header += Self.number(16 as UInt32) + Self.number(UInt64(size))
    header += Self.number(0 as UInt32) + Self.number(1 as UInt32)
    header += Self.number(UInt64(2 * Self.cluster))
    // Nobody who maps the disk asks for reference counts, but they have to be somewhere.
    header += Self.number(UInt64(Self.cluster)) + Self.number(1 as UInt32)
    header += [UInt8](repeating: 0, count: 36)
    header += Self.number(4 as UInt32) + Self.number(104 as UInt32)
    return header + [UInt8](repeating: 0, count: Self.cluster - header.count)
  }

  private var l1: [UInt8] {
    let first = Self.number(UInt64(3 * Self.cluster) | 1 << 63)
    return first + [UInt8](repeating: 0, count: Self.cluster - first.count)
  }

  /// The bytes of a number, the greatest first.
  private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: value >> $0)
    }
  }
}
