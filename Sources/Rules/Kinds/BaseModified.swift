internal import GRDB
public import Model

extension FindingKind {
  /// A base was written to after overlays were made on it.
  public static let baseModified = FindingKind(rawValue: "base-modified")
}

extension Rule {
  static let baseModified = Rule(
    .baseModified, .error, of: .everything, [.changesImage, .canBeSettled],
    query: PackageResources.base_modified_sql, firstLook: .none,
    title: "A base has changed under its overlays",
    explanation: Explanation(
      meaning: """
        An overlay holds only what differs from its base. The base's content differs from when \
        the overlays were made, so the guest may see a mixture of both: a corrupt file system.
        """,
      opens: """
        A scan finds other content in the base of an unchanged overlay, or another image at the \
        base's path.
        """,
      closes: """
        The old content is back, or the overlays of that time are gone or were created again.
        """,
      action: """
        If the base has only one overlay, first check whether a commit into the base was never \
        finished: 'qemu-img compare' then finds both identical, and nothing is lost. Otherwise \
        stop the machines of the overlays, restore the base's old content from a backup, or \
        create the overlays again on the base as it is.
        """,
      harmless: """
        When the change was intended and the overlays were flattened or created again at once; \
        the finding then closes by itself.
        """),
    details: { row, then, _ in
      // Another image in its place is no commit.
      let isReplaced =
        (row["detail"] as String?).map {
          $0.contains(#""replaced":"#) && !$0.contains(#""replaced":null"#)
        } ?? false
      return try isReplaced ? [:] : then.onlyOverlay(on: row["holder"], row["detected_format"])
    },
    sentence: { terms in
      if let overlay = terms["overlay"] {
        return """
          '\(terms.subject)' has changed after its only overlay '\(overlay)' was made on it; if \
          a commit of that overlay into it did not finish, nothing is lost and both have the \
          same content\(terms["compare"].map { " (check with '\($0)')" } ?? ""), and restoring \
          the old content would lose what was written; otherwise restore its old content, or \
          create the overlay again.
          """
      }
      return """
        '\(terms.subject)' has changed after overlays were made on it, and they may be corrupt; \
        restore its old content, or create the overlays again.
        """
    })
}
