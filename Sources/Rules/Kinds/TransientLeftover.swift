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
    title: "The overlay of a transient disk is left",
    explanation: Explanation(
      meaning: """
        libvirt puts an overlay over a disk that is marked as <transient/> whenever the domain \
        starts, and removes it when the domain ends. One was left, as after a crash of the \
        host, and libvirt refuses to start the domain while it stands there.
        """,
      opens: """
        A scan finds a file of the name that libvirt gives such an overlay beside the disk of \
        a domain that does not run, and no process holds it.
        """,
      closes: """
        The file is gone, or the domain runs.
        """,
      action: """
        Move the file away. What the guest wrote into it was meant to be thrown away.
        """,
      harmless: """
        When the domain is not to be started any more.
        """),
    details: { row, then, _ in
      ["overlay": try then.transientOverlay(ofDomain: row["domain_name"], row)]
        .compactMapValues { $0 }
    },
    sentence: { terms in
      """
      '\(terms["overlay"] ?? "an overlay")' stands where libvirt makes the overlay of the transient \
      disk '\(terms.target)' of domain '\(terms.subject)', and the domain does not start; move it \
      away, what is in it was meant to be thrown away.
      """
    })
}
