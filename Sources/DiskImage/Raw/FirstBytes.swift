/// Contents that are known by the very first bytes.
enum FirstBytes {
  /// The content, where the image begins with a magic of one.
  static func content(of head: HeaderBytes) -> String? {
    guard let magic = try? head.bigEndian(UInt32.self, at: 0) else { return nil }
    return switch magic {
    // QEMU's first format, dropped in version 2.2; libvirt still knows it. Version 2 follows.
    case 0x4f4f_4f4d: head.holds([0, 0, 0, 2], at: 4) ? "cow" : nil
    // `hsqs`. Source: Linux Documentation/filesystems/squashfs; always little-endian today.
    case 0x6873_7173: "squashfs"
    // `XFSB`. Source: XFS Filesystem Structure, "Superblocks".
    case 0x5846_5342: "xfs"
    // `LUKS`, 0xba 0xbe, version 2: QEMU opens version 1 only. Source: LUKS2 On-Disk Format, 2.1.
    case 0x4c55_4b53: head.holds([0xba, 0xbe, 0, 2], at: 4) ? "luks2" : nil
    case _: nil
    }
  }
}
