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
        No domain and no other image needs the image, as far as every source that was seen \
        can tell. It takes up space for nobody.
        """,
      opens: """
        Enough scans in a row saw every pool and every domain whole, and found no user. \
        Without domains only what once had a user is called so.
        """,
      closes: "Something uses the image again, may mean it, or it is gone.",
      action: """
        Move it away with 'backstory orphans --script' if nobody misses it, and remove it \
        some weeks later.
        """,
      harmless: """
        When it is kept on purpose: a template, a backup, an image of another hypervisor.
        """),
    details: { row, _, _ in row["detail"] != nil ? ["user": "none"] : [:] },
    sentence: { terms in
      if terms["user"] == "none" {
        return """
          Nothing that is known uses '\(terms.subject)'; move it away if nobody misses it, and \
          remove it later.
          """
      }
      return """
        Nothing refers to '\(terms.subject)' any more; move it away if nobody misses it, and \
        remove it later.
        """
    })
}
