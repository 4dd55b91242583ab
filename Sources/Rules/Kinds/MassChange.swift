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
    title: "More of a pool changed than in any scan before",
    explanation: Explanation(
      meaning: """
        In one scan a fifth or more of a pool's images, at least ten, had a new header, base or \
        size, at least twice the share of any scan before. Possible causes: ransomware, a copy \
        in the wrong direction, a script, or an update of every guest.
        """,
      opens: """
        A scan that saw the pool completely, as did the one before, compares its changes with \
        those of all recorded scans; at least seven are needed. It is one finding for the pool, \
        on the first of the images.
        """,
      closes: "Seven more scans of the pool have passed, or that image is gone.",
      action: """
        Look at what changed with 'backstory log', and stop the cause before the next backup \
        replaces a good one.
        """,
      harmless: """
        When it was planned: a migration, a repair of many images, a new cluster size, updates of \
        all machines at once. \
        The next such scan is then no longer unusual.
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
        '\(terms.subject)' first, changed their \(terms["what"] ?? "header") in one scan, against at \
        most \(terms["before"] ?? "?") % in any earlier scan; find the cause with 'backstory log \
        --since \(night - 1) --until \(night)'.
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
