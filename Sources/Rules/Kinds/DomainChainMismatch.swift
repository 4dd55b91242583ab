public import Model

extension FindingKind {
  /// A domain spells out another chain than the headers show.
  public static let domainChainMismatch = FindingKind(rawValue: "domain-chain-mismatch")
}

extension Rule {
  static let domainChainMismatch = Rule(
    .domainChainMismatch, .error, about: .machine, of: .everything,
    query: PackageResources.domain_chain_mismatch_sql, firstLook: .none,
    title: "A domain spells out another chain",
    explanation: Explanation(
      meaning: """
        The domain's XML lists the bases of a disk, and the images' headers name others. \
        QEMU opens what the XML says: if that is out of date, the guest sees the wrong disk.
        """,
      opens: """
        A scan finds another image, another format, or another end of the chain than the \
        headers show.
        """,
      closes: "Both agree.",
      action: """
        Compare the domain with what 'backstory xml --domain DOMAIN' prints, and correct it.
        """,
      harmless: "Never for a domain that is still to be started."),
    sentence: {
      """
      The chain that domain '\($0.subject)' spells out is not the one that the headers \
      show, from '\($0.target)' on; compare it with 'backstory xml --domain \
      \($0.domainWord)' \
      and correct it.
      """
    })
}
