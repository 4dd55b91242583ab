internal import DiskImage
internal import GRDB
public import Model

extension FindingKind {
  /// QEMU has marked an image as corrupt.
  public static let imageCorrupt = FindingKind(rawValue: "image-corrupt")
}

extension Rule {
  static let imageCorrupt = Rule(
    .imageCorrupt, .error, [.changesImage],
    query: PackageResources.image_corrupt_sql, firstLook: .headers { $0.isCorrupt },
    title: "Marked as corrupt",
    explanation: Explanation(
      meaning: """
        QEMU found an inconsistency in the image and set the corrupt bit in its header. It no \
        longer opens the image for writing.
        """,
      opens: "A scan sees the bit.",
      closes: "The bit is cleared.",
      action: """
        Make a copy, then run 'qemu-img check -r all'. Restore from a backup what that cannot \
        repair.
        """,
      harmless: "Never."),
    details: { row, _, _ in
      ["holder": row["detected_format"] as String?].compactMapValues { $0 }
    },
    sentence: {
      """
      '\($0.subject)' is marked as corrupt by QEMU; \($0.check), and restore it from a backup if \
      that cannot repair it.
      """
    })
}
