public import Model

extension FindingKind {
  /// A domain's XML names another chain than the headers show.
  public static let domainChainMismatch = FindingKind(rawValue: "domain-chain-mismatch")
}

extension Rule {
  static let domainChainMismatch = Rule(
    .domainChainMismatch, .error, about: .machine, of: .everything,
    query: PackageResources.domain_chain_mismatch_sql, firstLook: .none,
    title: "A domain's XML names another chain",
    explanation: Explanation(
      meaning: """
        The domain's XML lists the bases of a disk, and the images' headers name others. QEMU \
        opens what the XML names: if that is out of date, the guest sees the wrong disk.
        """,
      opens: """
        A scan finds that an image, a format or the end of the chain differs from the headers.
        """,
      closes: "Both agree.",
      action: """
        Compare the domain with what 'backstory xml --domain DOMAIN' prints, and correct it.
        """,
      harmless: "Never for a domain that will be started again."),
    sentence: {
      """
      The chain in the XML of domain '\($0.subject)' differs from the headers, from \
      '\($0.target)' on; compare it with 'backstory xml --domain \($0.domainWord)' and correct \
      it.
      """
    })
}
