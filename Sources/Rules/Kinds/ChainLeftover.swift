internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// An overlay that no domain uses, beside one that a domain does.
  public static let chainLeftover = FindingKind(rawValue: "chain-leftover")
}

extension Rule {
  static let chainLeftover = Rule(
    .chainLeftover, .info, of: .everything, [.isFlattened],
    query: PackageResources.chain_leftover_sql, firstLook: .none,
    title: "An overlay left behind beside a chain in use",
    explanation: Explanation(
      meaning: """
        No domain uses the image, and a domain uses another overlay of the same base. \
        Interrupted snapshot and backup tools leave such overlays behind.
        """,
      opens: """
        A scan that sees every pool and every source of machines completely finds such an \
        overlay that no process has open.
        """,
      closes: """
        A domain uses it, or it or the other overlays are gone. While its base is missing or \
        something was not seen, the finding stays as it is.
        """,
      action: """
        If a snapshot or backup left it behind, move it away with 'backstory orphans --script' \
        and remove it later.
        """,
      harmless: """
        When it is kept on purpose, as a state to return to.
        """),
    details: { row, then, known in
      var details: [String: String] = [:]
      details["base"] = (row["target_name"] as Data?).map { PathBytes($0).displayText }
      if try !then.sawEverything() {
        details["unseen"] = "yes"
      } else if (row["target_image"] as Int64?) == nil {
        details["base-missing"] = "yes"
      }
      if try known.keepers.areOthers(then) { details["keepers"] = "yes" }
      return details
    },
    sentence: { terms in
      let base = terms["base"] ?? "its base"
      if terms["unseen"] != nil {
        return """
          \(terms.nobody) that is known uses '\(terms.subject)', and one used another overlay of \
          '\(base)'; keep it until a scan has seen all pools and machines: it may be the only \
          copy.
          """
      }
      if terms["base-missing"] != nil {
        return """
          \(terms.nobody) uses '\(terms.subject)', and one used another overlay of '\(base)', \
          which is not there now; repair the overlay that is used first.
          """
      }
      return """
        \(terms.nobody) uses '\(terms.subject)', and one uses another overlay of '\(base)'; if a \
        snapshot or backup left it behind, remove it.
        """
    })
}
