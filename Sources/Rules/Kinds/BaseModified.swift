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
        An overlay holds only what differs from its base. The base has other content now \
        than when the overlays were made, so what they show may be a mixture of both: a \
        spoilt file system.
        """,
      opens: """
        A scan reads another content of an unchanged overlay's base, or finds another image \
        in the base's place.
        """,
      closes: """
        The old content is back, or the overlays of that time are gone or were made anew.
        """,
      action: """
        Where one overlay alone stands on it, look first whether a commit into the base was \
        never ended: 'qemu-img compare' then says that both show the same, and nothing is \
        lost. Else stop the machines of the overlays, put the base's old content back from a \
        copy, or make the overlays anew on the base as it is.
        """,
      harmless: """
        When the change was meant and the overlays were flattened or made anew at once; the \
        finding then closes by itself.
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
          '\(terms.subject)' has changed after its only overlay '\(overlay)' was made on it; if that \
          overlay was being committed into it and the commit did not end, nothing is lost and both \
          show the same\(terms["compare"].map { " ('\($0)' tells)" } ?? ""), and putting the old \
          content back would lose what was written; otherwise put its old content back, or make the \
          overlay anew.
          """
      }
      return """
        '\(terms.subject)' has changed after overlays were made on it, and they may be spoilt; put \
        its old content back, or make the overlays anew.
        """
    })
}
