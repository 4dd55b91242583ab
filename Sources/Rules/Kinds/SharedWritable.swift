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
        Several domains have the image as a writable disk, and none of them says that it is \
        shared. If two of them run at once, they destroy its file system.
        """,
      opens: """
        A scan finds two domains with the image as a writable disk, without '<shareable/>'.
        """,
      closes: "At most one of them has it.",
      action: """
        Give each domain an image of its own, or mark the disks as '<shareable/>' if the \
        guests know of each other.
        """,
      harmless: """
        When the domains are never started together and QEMU's locks are in force: the \
        second one then does not start.
        """),
    details: { row, then, _ in try then.writersInWords(of: row["holder"]) },
    sentence: { terms in
      let isOfLibvirt = terms["keepers"] == nil
      return """
        '\(terms.subject)' is written to by the \(isOfLibvirt ? "domains" : "machines") \
        \(terms["domains"] ?? "of several disks"), \
        and they do not say that it is shared; give each an image of its own, or mark the \
        disks as \(isOfLibvirt ? "<shareable/>" : "shared") if the guests know of each other.
        """
    })
}
