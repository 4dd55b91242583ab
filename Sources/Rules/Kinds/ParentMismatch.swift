internal import DiskImage
public import Model
internal import Sighting

extension FindingKind {
  /// The parent of an image is not in the state that the image was made on.
  public static let parentMismatch = FindingKind(rawValue: "parent-mismatch")
}

extension Rule {
  static let parentMismatch = Rule(
    .parentMismatch, .error, [.sharesTarget, .isMended, .canBeSettled],
    query: PackageResources.parent_mismatch_sql,
    firstLook: .headers { $0.mark(of: .parent) != nil },
    title: "The parent has changed",
    explanation: Explanation(
      meaning: """
        A VMDK, VHD, VHDX or VDI image records the identity of its parent's state, and the \
        parent's is different: it was written to, or is another image.
        """,
      opens: "A scan reads both headers and finds that they do not match.",
      closes: "The recorded identity matches the parent's again.",
      action: """
        Put the right parent back. If the parent was written to after the image was made, the \
        guest sees corrupt data: restore both from a backup.
        """,
      harmless: """
        When a tool rewrote only the parent's header, as some conversions do, and the content \
        was compared.
        """),
    sentence: {
      """
      The parent '\($0.target)' of '\($0.subject)' is not in the state that the image was made \
      on; restore the right parent, or the guest sees corrupt data.
      """
    })
}
