internal import GRDB
public import Model

extension FindingKind {
  /// An overlay was rebased by its header alone.
  public static let backingChanged = FindingKind(rawValue: "backing-changed")
}

extension Rule {
  static let backingChanged = Rule(
    .backingChanged, .error, version: 2, of: .everything,
    [.sharesTarget, .isMended, .canBeSettled],
    query: PackageResources.backing_changed_sql, firstLook: .none,
    title: "An overlay was rebased by its header alone",
    explanation: Explanation(
      meaning: """
        An overlay holds only what differs from the base that it was made on. Its header now \
        names a base with other content, so the guest may see a mixture of both; or it names \
        none, so the guest sees zeros where it saw its base.
        """,
      opens: """
        A scan reads another base in the header, which has neither the content of the old one \
        nor belongs to its chain, or no base, and the overlay did not grow by copied data.
        """,
      closes: "The overlay names a base again with the content that it was made on.",
      action: """
        Set the overlay back to its old base before its machine writes to it; 'backstory repair' \
        prints the command while that base is there.
        """,
      harmless: "When the data in the overlay is no longer needed."),
    details: { row, then, known in
      let kept = try (row["detail"] as String?).map { try known.changes.value($0) }
      let was = try kept.flatMap { try then.lastPlace(of: $0.was)?.displayText }
      return ["was": was, "removed": kept?.removed.map(String.init)].compactMapValues { $0 }
    },
    sentence: {
      if $0["removed"] != nil {
        return """
          '\($0.subject)' was made on '\($0["was"] ?? "another base")' and its header names no \
          base now; set it back to that base, or the guest sees zeros where it saw its base.
          """
      }
      return """
        '\($0.subject)' was made on '\($0["was"] ?? "another base")' and its header now names \
        '\($0.target)', which has other content; \($0.letRepairPrint("the command that sets it back")), or the guest \
        sees corrupt data.
        """
    })
}
