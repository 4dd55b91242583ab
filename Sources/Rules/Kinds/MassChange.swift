internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// A share of a pool's images changed in one night as in none before.
  public static let massChange = FindingKind(rawValue: "mass-change")
}

extension Rule {
  static let massChange = Rule(
    .massChange, .warning, about: .pool, of: .everything,
    query: PackageResources.mass_change_sql, firstLook: .none,
    title: "More of a pool changed than in any night before",
    explanation: Explanation(
      meaning: """
        In one night a fifth or more of a pool's images, and ten at least, got another header, \
        another base or another size, and that is at least twice the share of any night before. \
        Something went through the pool: an encryption by somebody who wants money, a copy in the \
        wrong direction, a script, or an update of every guest.
        """,
      opens: """
        A scan that saw the pool whole, like the one before it, compares the night with all others \
        that are remembered, of which there have to be seven. It is one finding for the pool, at \
        the first of the images.
        """,
      closes: "Seven more nights of the pool have passed, or that image is gone.",
      action: """
        Look at what changed with 'backstory log --pool', and stop what does it before the next \
        backup takes the place of a good one.
        """,
      harmless: """
        When it was planned: a migration, a new cluster size, updates of all machines in one night. \
        The next such night is no surprise any more.
        """),
    details: { row, _, _ in
      guard let json = row["detail"] as String? else { return [:] }
      let detail = try JSONDecoder().decode(MassChangeDetail.self, from: Data(json.utf8))
      return [
        "pool": detail.pool, "what": detail.what, "changed": "\(detail.changed)",
        "images": "\(detail.images)", "before": "\(detail.before)",
        "since": "\(row["from_scan"] as Int64)",
      ]
    },
    sentence: { terms in
      let night = terms["since"].flatMap { Int64($0) } ?? 1
      return """
        \(terms["changed"] ?? "?") of \(terms["images"] ?? "?") images of pool '\(terms["pool"] ?? "?")', \
        '\(terms.subject)' first, got \
        another \(terms["what"] ?? "header") in one night, and never more than \(terms["before"] ?? "?") % \
        did before; look with 'backstory log --since \(night - 1) --until \(night)' what went through them.
        """
    })
}

/// What a finding about a mass of changes keeps: numbers of the night that saw it.
private struct MassChangeDetail: Decodable {
  let pool: String
  let what: String
  let changed: Int64
  let images: Int64
  /// The largest share of a night before, in percent.
  let before: Int64
}
