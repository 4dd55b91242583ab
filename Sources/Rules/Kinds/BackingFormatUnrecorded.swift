internal import DiskImage
internal import GRDB
public import Model
internal import Sighting

extension FindingKind {
  /// An image does not record the format of its base.
  public static let backingFormatUnrecorded = FindingKind(rawValue: "backing-format-unrecorded")
}

extension Rule {
  static let backingFormatUnrecorded = Rule(
    .backingFormatUnrecorded, .error, [.isMended],
    query: PackageResources.backing_format_unrecorded_sql,
    firstLook: .bases { $0.recordedFormat == nil && $0.formatInReference == nil },
    title: "No format is recorded for the base",
    explanation: Explanation(
      meaning: """
        An overlay names its base and does not say what format the base has. Whoever opens \
        it has to guess from the base's first bytes, which a guest can write: a raw base can \
        pretend to be an overlay on any file of the host. libvirt refuses many such images.
        """,
      opens: """
        A scan finds a base without a recorded format, in an image whose format could record \
        it.
        """,
      closes: "The image records the format, or names no base any more.",
      action: """
        Let 'backstory repair' print the command; it says which format is known to be the \
        right one, and from where.
        """,
      harmless: """
        When nothing but QEMU opens the image, the base is no raw image, and no guest ever \
        wrote to the base itself.
        """),
    details: { row, then, _ in
      var details = ["base": try LibvirtAcceptance(row, in: then).inWords]
      details["holder"] = row["detected_format"]
      return details
    },
    sentence: { terms in
      if terms["holder"] == "qed" {
        return """
          '\(terms.subject)' does not record the format of its base '\(terms.target)', and qed can \
          record none but raw; \
          \(terms.letRepairPrint("how to record that, or how to convert the image to qcow2")), \
          \(terms["base"] ?? "").
          """
      }
      return """
        '\(terms.subject)' does not record the format of its base '\(terms.target)'; \
        \(terms.letRepairPrint("what records it")), \(terms["base"] ?? "").
        """
    })
}
