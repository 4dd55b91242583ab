public import Model

extension FindingKind {
  /// The base of an image is on a network.
  public static let backingRemote = FindingKind(rawValue: "backing-remote")
}

extension Rule {
  static let backingRemote = Rule(
    .backingRemote, .info,
    query: PackageResources.backing_remote_sql, firstLook: .strayLinks,
    title: "The chain continues over a network",
    explanation: Explanation(
      meaning: """
        The image names a base that is reached over a network: NBD, HTTP, RBD and others. \
        Backstory opens no connections, so it does not see the rest of the chain.
        """,
      opens: "A scan reads such a name in the image's header.",
      closes: "The image names a local base, or none.",
      action: "Check the base on the host that serves it.",
      harmless: """
        Always, as far as this host can tell: it is a limit of what is scanned, not a fault.
        """),
    sentence: {
      """
      The chain of '\($0.subject)' continues at '\($0.target)', which is not scanned; check it \
      there.
      """
    })
}
