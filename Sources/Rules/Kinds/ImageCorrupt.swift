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
        QEMU met something in the image that contradicts itself and has set the corrupt mark \
        in its header. It opens the image no more for writing.
        """,
      opens: "A scan sees the mark.",
      closes: "The mark is gone.",
      action: """
        Make a copy, then run 'qemu-img check -r all'. What that cannot mend has to be \
        restored.
        """,
      harmless: "Never."),
    details: { row, _, _ in
      ["holder": row["detected_format"] as String?].compactMapValues { $0 }
    },
    sentence: {
      """
      '\($0.subject)' is marked as corrupt by QEMU; \($0.check), and restore it if that \
      cannot mend it.
      """
    })
}
