internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// A unix socket over which a disk is reached is not there.
  public static let domainSocketMissing = FindingKind(rawValue: "domain-socket-missing")
}

extension Rule {
  static let domainSocketMissing = Rule(
    .domainSocketMissing, .error, about: .machine, of: .everything, [.leadsNowhere],
    query: PackageResources.domain_socket_missing_sql, firstLook: .none,
    title: "The socket of a disk is not there",
    explanation: Explanation(
      meaning: """
        A domain reaches a disk over a unix socket of this host, and the socket is not there: \
        whatever serves the disk does not run. The domain does not start.
        """,
      opens: """
        A scan that reads libvirt's own files looks for the socket of a domain that does not \
        run, and there is none.
        """,
      closes: "The socket is there, or the domain names another disk.",
      action: "Start what serves the disk before the domain, or change the domain.",
      harmless: "When what serves the disk is started right before the domain."),
    details: { row, then, _ in
      ["socket": try then.missingSocket(row)].compactMapValues { $0 }
    },
    sentence: { terms in
      """
      Domain '\(terms.subject)' reaches the disk '\(terms.target)' over the socket \
      '\(terms["socket"] ?? "?")', which is not there; start what serves the disk before the domain.
      """
    })
}
