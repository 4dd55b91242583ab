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
        An overlay names its base without recording the base's format. A program that opens it \
        must guess from the base's first bytes, which a guest can write: a raw base can pretend \
        to be an overlay on any file of the host. libvirt refuses many such images.
        """,
      opens: """
        A scan finds a base without a recorded format, in an image whose format could record it.
        """,
      closes: "The image records the format, or no longer names a base.",
      action: """
        Let 'backstory repair' print the command; it says which format is right and how that is \
        known.
        """,
      harmless: """
        When only QEMU opens the image, the base is not raw, and no guest ever wrote to the base \
        itself.
        """),
    details: { row, then, _ in
      var details = ["base": try LibvirtAcceptance(row, in: then).inWords]
      details["holder"] = row["detected_format"]
      return details
    },
    sentence: { terms in
      if terms["holder"] == "qed" {
        return """
          '\(terms.subject)' does not record the format of its base '\(terms.target)', and qed \
          can record only raw; \
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
