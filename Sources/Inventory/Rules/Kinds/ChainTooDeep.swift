internal import GRDB
public import Model

extension FindingKind {
  /// A chain is longer than was allowed.
  public static let chainTooDeep = FindingKind(rawValue: "chain-too-deep")
}

extension Rule {
  static let chainTooDeep = Rule(
    .chainTooDeep, .warning, of: .chains, [.isFlattened],
    query: PackageResources.chain_too_deep_sql, firstLook: .none,
    title: "The chain is too deep",
    explanation: Explanation(
      meaning: """
        From the image down there are more bases than '--max-depth' allows. Every read may \
        have to go through all of them, and each is one more file that must not be lost.
        """,
      opens: "A scan counts more images in the chain than are allowed.",
      closes: "The chain is shorter, or more is allowed.",
      action: """
        Shorten it with 'qemu-img commit', 'qemu-img rebase' or 'virsh blockcommit'; \
        'backstory repair --kind chain-too-deep' says how much space that needs.
        """,
      harmless: """
        When the depth is meant and the machine is fast enough: allow more with \
        '--max-depth'.
        """),
    details: { row, then, known in
      var details = ["length": try "\(known.lengths.length(ofChain: row["holder"], at: then.at))"]
      details["allowed"] = try (row["detail"] as String?)
        .map { try "\(known.depths.value($0).allowed)" }
      return details
    },
    sentence: {
      """
      The chain of '\($0.subject)' is \($0["length"] ?? "?") images long, and \
      \($0["allowed"] ?? "fewer") were allowed when that was first seen; shorten it with \
      'qemu-img commit' or 'qemu-img rebase'.
      """
    })
}
