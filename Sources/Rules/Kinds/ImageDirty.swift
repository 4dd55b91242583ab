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
        The image's header says that it is open for writing, but nothing has it open: QEMU ended \
        without closing it, or the host crashed. Its reference counts may be wrong.
        """,
      opens: """
        A scan sees the dirty bit while no process has the image open and no running domain uses it.
        """,
      closes: """
        The bit is cleared, by 'qemu-img check -r all' or by QEMU when it next opens the image for \
        writing; or something has the image open.
        """,
      action: """
        Make a copy, then run 'qemu-img check -r all' on it while its machine is off: it repairs \
        what it finds and clears the bit. Without '-r all' it only looks.
        """,
      harmless: """
        QEMU repairs the image itself when it next opens it for writing; no data is lost until then.
        """),
    details: { row, _, _ in
      ["holder": row["detected_format"] as String?].compactMapValues { $0 }
    },
    sentence: {
      "'\($0.subject)' was not closed cleanly and nothing has it open; \($0.clearing)."
    })
}
