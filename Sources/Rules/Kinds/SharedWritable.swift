internal import GRDB
public import Model

extension FindingKind {
  /// Two domains write to one image.
  public static let sharedWritable = FindingKind(rawValue: "shared-writable")
}

extension Rule {
  static let sharedWritable = Rule(
    .sharedWritable, .error, of: .everything,
    query: PackageResources.shared_writable_sql, firstLook: .none,
    title: "Two domains write to one image",
    explanation: Explanation(
      meaning: """
        Several domains have the image as a writable disk, and none of them marks it as shared. \
        If two of them run at once, they destroy its file system.
        """,
      opens: """
        A scan finds two domains with the image as a writable disk, without '<shareable/>'.
        """,
      closes: "At most one of them has it.",
      action: """
        Give each domain its own image, or mark the disks as '<shareable/>' if the guests \
        coordinate their access.
        """,
      harmless: """
        When the domains never run together and QEMU's locks are in use: the second one then \
        does not start.
        """),
    details: { row, then, _ in try then.writersInWords(of: row["holder"]) },
    sentence: { terms in
      let isOfLibvirt = terms["keepers"] == nil
      return """
        '\(terms.subject)' is written to by the \(isOfLibvirt ? "domains" : "machines") \
        \(terms["domains"] ?? "of several disks"), and they do not mark it as shared; give each \
        its own image, or mark the disks as \(isOfLibvirt ? "<shareable/>" : "shared") if the \
        guests coordinate their access.
        """
    })
}
