internal import GRDB
public import Model

extension FindingKind {
  /// A domain writes to an image on which overlays depend.
  public static let baseInUse = FindingKind(rawValue: "base-in-use")
}

extension Rule {
  static let baseInUse = Rule(
    .baseInUse, .error, about: .machine, of: .everything,
    query: PackageResources.base_in_use_sql, firstLook: .none,
    title: "A domain writes to a base",
    explanation: Explanation(
      meaning: """
        An image is a domain's own writable disk, and other images are overlays on it. Whatever \
        the guest writes changes the data under the overlays and corrupts them.
        """,
      opens: """
        A scan finds a domain, running or not, with such an image as a writable disk.
        """,
      closes: """
        The domain has another disk, has it read-only, or no overlay depends on the image any more.
        """,
      action: """
        Give the domain an overlay of its own, or remove the overlays if a commit left them \
        behind.
        """,
      harmless: "When the overlays are no longer needed: remove them."),
    details: { row, then, _ in
      let overlays = try then.overlaysInWords(of: row["target_image"])
      return overlays.map { ["overlays": $0] } ?? [:]
    },
    sentence: { terms in
      guard let overlays = terms["overlays"] else {
        return """
          '\(terms.target)' is a writable disk of \(terms.machine), and overlays that currently \
          name another base were made on it; whatever the guest writes corrupts them: correct \
          their base, or give the \(terms.noun) an overlay of its own.
          """
      }
      return """
        '\(terms.target)' is a writable disk of \(terms.machine), and \(overlays) on it; \
        whatever the guest writes corrupts them: give the \(terms.noun) an overlay of its own, \
        or remove overlays that a commit left behind.
        """
    })
}
