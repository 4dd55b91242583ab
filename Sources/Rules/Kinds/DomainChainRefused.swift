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
        Going down from a disk of the domain, libvirt meets an overlay whose base it will \
        not take: its format is not recorded, or its name is written in a way that libvirt \
        does not read. The domain then does not start.
        """,
      opens: """
        A scan finds such an overlay below a disk whose chain the domain's XML does not \
        spell out.
        """,
      closes: """
        The overlay says it in a way that libvirt takes, or the XML spells the chain out.
        """,
      action: """
        Put what 'backstory xml' prints into the domain, or convert the overlay to qcow2, \
        which records the format.
        """,
      harmless: "When the domain is started by QEMU without libvirt."),
    details: { row, then, _ in
      try then.refusedChain(ofDomain: row["holder"], disk: row["ordinal"])?
        .detail(domain: row["domain_name"] ?? "") ?? [:]
    },
    sentence: {
      """
      Domain '\($0.subject)' cannot start with its disk \($0["disk"] ?? "'\($0.target)'"), \
      because libvirt refuses what '\($0["overlay"] ?? $0.target)' says of its base: \
      \($0["why"] ?? "?"); \($0["remedy"] ?? "").
      """
    })
}
