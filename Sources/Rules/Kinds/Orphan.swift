internal import GRDB
public import Model

extension FindingKind {
  /// Nothing refers to an image any more.
  public static let orphan = FindingKind(rawValue: "orphan")
}

extension Rule {
  static let orphan = Rule(
    .orphan, .warning, of: .apart,
    firstLook: .none,
    title: "Nothing refers to it",
    explanation: Explanation(
      meaning: """
        No domain and no other image uses the image, by every source that was scanned. It only \
        takes up space.
        """,
      opens: """
        Enough scans in a row saw every pool and every domain completely and found no user. \
        Without domains, only images that once had a user are orphans.
        """,
      closes: "Something uses the image again or may refer to it, or it is gone.",
      action: """
        Move it away with 'backstory orphans --script', and delete it some weeks later if nobody \
        misses it.
        """,
      harmless: """
        When it is kept on purpose: a template, a backup, an image of another hypervisor. Mark \
        it with 'backstory keep'.
        """),
    details: { row, _, _ in row["detail"] != nil ? ["user": "none"] : [:] },
    sentence: { terms in
      if terms["user"] == "none" {
        return """
          Nothing known uses '\(terms.subject)'; move it away, and delete it later if nobody \
          misses it.
          """
      }
      return """
        Nothing refers to '\(terms.subject)' any more; move it away, and delete it later if \
        nobody misses it.
        """
    })
}
