internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// A query of the configuration whose findings are errors gave the image.
  public static let queryError = FindingKind(rawValue: "query-error")
  /// A query of the configuration whose findings are warnings gave the image.
  public static let queryWarning = FindingKind(rawValue: "query-warning")
  /// A query of the configuration whose findings only inform gave the image.
  public static let queryInfo = FindingKind(rawValue: "query-info")

  /// The kind of what queries of a severity find.
  static func query(_ severity: Severity) -> FindingKind {
    switch severity {
    case .error: .queryError
    case .warning: .queryWarning
    case .info: .queryInfo
    }
  }
}

extension Rule {
  static let queryError = queryFound(.error)
  static let queryWarning = queryFound(.warning)
  static let queryInfo = queryFound(.info)

  private static func queryFound(_ severity: Severity) -> Rule {
    Rule(
      .query(severity), severity, of: .apart, [.isOfQuery], firstLook: .none,
      title: "Found by a query of the configuration",
      explanation: Explanation(
        meaning: """
          A [[query]] of the configuration with severity '\(severity.rawValue)' returned the \
          image; the message names the query.
          """,
        opens: """
          A scan of a pool runs the query after everything else is judged, and the query returns \
          the image.
          """,
        closes: "The query no longer returns the image, or is no longer configured.",
        action:
          "Whatever the author of the query intended; 'backstory config show' prints the query.",
        harmless: "When the query returns more than its author intended."
      ),
      details: { row, _, _ in
        guard let json = row["detail"] as String? else { return [:] }
        let detail = try JSONDecoder().decode(QueryDetail.self, from: Data(json.utf8))
        return ["query": detail.query, "message": detail.message].compactMapValues { $0 }
      },
      sentence: { terms in
        let query = terms["query"] ?? "?"
        guard let message = terms["message"] else {
          return "Query '\(query)' of the configuration finds '\(terms.subject)'."
        }
        return "Query '\(query)' of the configuration finds '\(terms.subject)': \(message)"
      })
  }
}
