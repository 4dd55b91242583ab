internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// The overlay of a transient disk that was left where libvirt wants to make one.
  public static let transientLeftover = FindingKind(rawValue: "transient-leftover")
}

extension Rule {
  static let transientLeftover = Rule(
    .transientLeftover, .error, about: .machine, of: .everything,
    query: PackageResources.transient_leftover_sql, firstLook: .none,
    title: "The overlay of a transient disk was left behind",
    explanation: Explanation(
      meaning: """
        libvirt creates an overlay for a disk that is marked as <transient/> when the domain \
        starts, and removes it when the domain ends. One was left behind, for example by a crash \
        of the host, and libvirt refuses to start the domain while it exists.
        """,
      opens: """
        A scan finds a file with the name that libvirt gives such an overlay beside the disk of \
        a stopped domain, and no process has it open.
        """,
      closes: """
        The file is gone, or the domain is running.
        """,
      action: """
        Move the file away. What the guest wrote to it was meant to be discarded.
        """,
      harmless: """
        When the domain will not be started any more.
        """),
    details: { row, then, _ in
      ["overlay": try then.transientOverlay(ofDomain: row["domain_name"], row)]
        .compactMapValues { $0 }
    },
    sentence: { terms in
      """
      '\(terms["overlay"] ?? "an overlay")' has the name of the overlay that libvirt creates for \
      the transient disk '\(terms.target)' of domain '\(terms.subject)', so the domain does not \
      start; move it away: its content was meant to be discarded.
      """
    })
}
