internal import GRDB
public import Model

extension FindingKind {
  /// libvirt refuses to start a domain for what an overlay says of its base.
  public static let domainChainRefused = FindingKind(rawValue: "domain-chain-refused")
}

extension Rule {
  static let domainChainRefused = Rule(
    .domainChainRefused, .error, about: .machine, of: .everything,
    query: PackageResources.domain_chain_refused_sql, firstLook: .none,
    title: "libvirt refuses to start a domain",
    explanation: Explanation(
      meaning: """
        Below a disk of the domain there is an overlay whose base libvirt refuses: its image \
        format cannot record the base's format, or the name is written in a way that libvirt does \
        not support. The domain does not start. An overlay that could record the format and does \
        not has the finding 'backing-format-unrecorded' instead.
        """,
      opens: """
        A scan finds such an overlay below a disk whose chain is not listed in the domain's XML.
        """,
      closes: """
        libvirt accepts what the overlay records, or the XML lists the chain.
        """,
      action: """
        Put what 'backstory xml --domain NAME' prints into the domain, or convert the overlay to qcow2, which \
        records the format.
        """,
      harmless: "When the domain is started by QEMU without libvirt."),
    details: { row, then, _ in
      try then.refusedChain(ofDomain: row["holder"], disk: row["ordinal"])?
        .detail(domain: row["domain_name"] ?? "") ?? [:]
    },
    sentence: {
      """
      Domain '\($0.subject)' cannot start with its disk \($0["disk"] ?? "'\($0.target)'"), \
      because libvirt refuses the base of '\($0["overlay"] ?? $0.target)': \
      \($0["why"] ?? "?"); \($0["remedy"] ?? "").
      """
    })
}
