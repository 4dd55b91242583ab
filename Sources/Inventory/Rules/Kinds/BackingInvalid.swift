internal import DiskImage
internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// The name of an image's base means nothing.
  public static let backingInvalid = FindingKind(rawValue: "backing-invalid")
}

extension Rule {
  static let backingInvalid = Rule(
    .backingInvalid, .warning,
    query: PackageResources.backing_invalid_sql, firstLook: .strayLinks,
    title: "The name of the base means nothing",
    explanation: Explanation(
      meaning: """
        The text that an image stores as the name of its base is neither a path nor anything \
        else that libvirt or QEMU could follow.
        """,
      opens: "A scan reads such a name in the image's header.",
      closes: "The image stores another name, or none.",
      action: """
        Point the image at its base with 'qemu-img rebase -u'. A file with a colon in its \
        name is written './NAME'.
        """,
      harmless: "When the image is only kept, and no machine is to start from it."),
    details: { row, _, _ in
      let stored = Array(row["stored"] as Data? ?? Data())
      let target = ReferenceTarget(parsing: stored, in: [UInt8(ascii: "/")])
      return [
        "stored": PathBytes(ReferenceTarget.redacting(stored)).displayText,
        "why": target.invalid ?? "?",
      ]
    },
    sentence: {
      """
      What '\($0.subject)' names as its base, '\($0["stored"] ?? "?")', means nothing to \
      libvirt: \($0["why"] ?? "?"); point it at its base with 'qemu-img rebase -u', at a \
      file with a colon in its name as './NAME'.
      """
    })
}
