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
    title: "The parent is not in its old state",
    explanation: Explanation(
      meaning: """
        A VMDK, VHD, VHDX or VDI image records an identity of its parent's state, and the \
        parent has another one now: it was written to, or is another image.
        """,
      opens: "A scan reads both headers, and they contradict each other.",
      closes: "The recorded identity is the parent's own again.",
      action: """
        Put the right parent back. If the parent was written to after the image was made, \
        what the image shows is spoilt: restore both from a copy.
        """,
      harmless: """
        When a tool rewrote the parent's header and nothing else, as some conversions do, \
        and the content was compared.
        """),
    sentence: {
      """
      The parent '\($0.target)' of '\($0.subject)' is not in the state that the image was \
      made on; put the right parent back, or what the image shows is spoilt.
      """
    })
}
