/// Contents that are known by what stands further inside the first 4096 bytes.
enum Superblock {
  /// The content, where the bytes hold the superblock or label of one.
  static func content(of head: HeaderBytes) -> String? {
    if isPhysicalVolume(head) { return "lvm2" }
    // The last 10 bytes of a page of 4096. Source: Linux include/linux/swap.h, `union swap_header`.
    if head.holds("SWAPSPACE2", at: 4086) || head.holds("SWAP-SPACE", at: 4086) { return "swap" }
    return extGeneration(head)
  }

  /// Whether a label stands in one of the first four sectors.
  ///
  /// Source: LVM2 lib/label/label.h: `LABELONE`, and 24 bytes on the type.
  private static func isPhysicalVolume(_ head: HeaderBytes) -> Bool {
    [0, 512, 1024, 1536].contains { offset in
      head.holds("LABELONE", at: offset) && head.holds("LVM2 001", at: offset + 24)
    }
  }

  /// `ext2`, `ext3` or `ext4`, by the features that only the later ones have.
  ///
  /// Source: Linux Documentation/filesystems/ext4, "Super Block", which begins at byte 1024:
  /// `s_magic` at 0x38, the three feature sets from 0x5c; little-endian.
  private static func extGeneration(_ head: HeaderBytes) -> String? {
    guard head.holds([0x53, 0xef], at: 1080),
      let compatible = try? head.littleEndian(UInt32.self, at: 1116),
      let incompatible = try? head.littleEndian(UInt32.self, at: 1120),
      let readOnly = try? head.littleEndian(UInt32.self, at: 1124)
    else { return nil }
    let hasJournal = compatible & 0x4 != 0
    // ext3 knows filetype, recover and meta_bg; sparse_super, large_file and btree_dir.
    guard incompatible & ~0x16 == 0, readOnly & ~0x7 == 0 else { return "ext4" }
    return hasJournal ? "ext3" : "ext2"
  }
}
