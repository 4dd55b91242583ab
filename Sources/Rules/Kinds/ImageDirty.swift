internal import DiskImage
internal import GRDB
public import Model

extension FindingKind {
  /// An image was not closed cleanly.
  public static let imageDirty = FindingKind(rawValue: "image-dirty")
}

extension Rule {
  static let imageDirty = Rule(
    .imageDirty, .warning,
    query: PackageResources.image_dirty_sql, firstLook: .headers { $0.isDirty },
    title: "Not closed cleanly",
    explanation: Explanation(
      meaning: """
        The image's header says that it is open for writing, and nothing has it open: QEMU \
        ended without closing it, or the host went down. Its reference counts may be wrong.
        """,
      opens: """
        A scan sees the mark while no process holds the image and no running domain uses it.
        """,
      closes: "The mark is gone, or something holds the image again.",
      action: """
        Run 'qemu-img check' on it while its machine is off; with '-r all' it mends what it \
        finds, after a copy was made.
        """,
      harmless: """
        QEMU repairs the image by itself when it next opens it for writing; until then the \
        data are there.
        """),
    details: { row, _, _ in
      ["holder": row["detected_format"] as String?].compactMapValues { $0 }
    },
    sentence: {
      "'\($0.subject)' was not closed cleanly and nothing holds it now; \($0.check)."
    })
}
