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
    title: "The socket of a disk is missing",
    explanation: Explanation(
      meaning: """
        A domain uses a disk over a unix socket of this host, and the socket does not exist: the \
        program that serves the disk is not running. The domain does not start.
        """,
      opens: """
        A scan that reads libvirt's own files does not find the socket of a domain that is not \
        running.
        """,
      closes: "The socket exists, or the domain names another disk.",
      action: "Start the program that serves the disk before the domain, or change the domain.",
      harmless: "When the program that serves the disk is started right before the domain."),
    details: { row, then, _ in
      ["socket": try then.missingSocket(row)].compactMapValues { $0 }
    },
    sentence: { terms in
      """
      Domain '\(terms.subject)' uses the disk '\(terms.target)' over the socket \
      '\(terms["socket"] ?? "?")', which is missing; start the program that serves the disk \
      before the domain.
      """
    })
}
