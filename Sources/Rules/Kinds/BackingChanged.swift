internal import GRDB
public import Model

extension FindingKind {
  /// An overlay was set on another base by its header alone.
  public static let backingChanged = FindingKind(rawValue: "backing-changed")
}

extension Rule {
  static let backingChanged = Rule(
    .backingChanged, .error, of: .everything, [.sharesTarget, .canBeSettled],
    query: PackageResources.backing_changed_sql, firstLook: .none,
    title: "An overlay was set on another base",
    explanation: Explanation(
      meaning: """
        An overlay holds only what differs from the base that it was made on. Its header names \
        another base now, which holds something else, so that what it shows may be a mixture of \
        both.
        """,
      opens: """
        A scan reads another base in the header, which is neither the old one by content nor one \
        of its chain, and the overlay did not grow by data that was copied into it.
        """,
      closes: "The overlay names a base again that holds what it was made on.",
      action: """
        Set the overlay back on its old base with 'qemu-img rebase -u', before its machine writes \
        to it.
        """,
      harmless: "When the overlay holds nothing that is still wanted."),
    details: { row, then, known in
      let kept = try (row["detail"] as String?).map { try known.changes.value($0) }
      let was = try kept.flatMap { try then.lastPlace(of: $0.was)?.displayText }
      return ["was": was].compactMapValues { $0 }
    },
    sentence: {
      """
      '\($0.subject)' was made on '\($0["was"] ?? "another base")' and was set on '\($0.target)', \
      which holds something else, by its header alone; set it back with 'qemu-img rebase -u', or \
      what it shows is spoilt.
      """
    })
}
