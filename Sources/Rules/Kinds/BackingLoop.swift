internal import Database
internal import GRDB
public import Model

extension FindingKind {
  /// An image is a member of a cycle of bases.
  public static let backingLoop = FindingKind(rawValue: "backing-loop")
}

extension Rule {
  static let backingLoop = Rule(
    .backingLoop, .error, of: .chains, [.leadsNowhere, .sharesTarget, .isMended, .doubtsFormat],
    query: PackageResources.backing_loop_sql, firstLook: .none,
    title: "Images that back each other",
    explanation: Explanation(
      meaning: """
        Following the bases leads back to the image itself. There is no lowest image, and QEMU \
        cannot open any of them.
        """,
      opens: """
        A scan finds that the image is a member of the cycle, not only an image that leads into it.
        """,
      closes: "One of the images names another base, or is gone.",
      action: """
        Find out which image had another base, from 'backstory history', and point it at that \
        with 'qemu-img rebase -u'.
        """,
      harmless: "Never."),
    details: { row, then, known in
      ["length": try "\(known.lengths.length(ofChain: row["holder"], at: then.at))"]
    },
    sentence: {
      """
      '\($0.subject)' is in a cycle of \($0["length"] ?? "several") images that back each other; \
      no machine can start from it until one of them has another base.
      """
    })
}
