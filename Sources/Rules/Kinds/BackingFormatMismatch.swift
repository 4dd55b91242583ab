internal import GRDB
public import Model

extension FindingKind {
  /// The base of an image is not of the format that the image records.
  public static let backingFormatMismatch = FindingKind(rawValue: "backing-format-mismatch")
}

extension Rule {
  static let backingFormatMismatch = Rule(
    .backingFormatMismatch, .error, [.sharesTarget, .isMended],
    query: PackageResources.backing_format_mismatch_sql, firstLook: .otherFormats,
    title: "The base does not have the recorded format",
    explanation: Explanation(
      meaning: """
        An overlay records one format for its base, and the base's header shows another. QEMU \
        reads the base in the recorded format: if that is wrong, the guest sees garbage, and \
        writing damages it further.
        """,
      opens: """
        A scan sees that they contradict each other, including a recorded raw and a base with a \
        header.
        """,
      closes: """
        Both agree: the image records another format, or another image is at that path.
        """,
      action: """
        Find out which of the two is right before the machine starts again: 'backstory history' \
        shows whether the record or the base changed. Then let 'backstory repair' print the \
        command.
        """,
      harmless: """
        When a guest keeps an image on its raw disk, the recorded raw is right. Leave it as it is.
        """),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["recorded"] = row["recorded_format"] ?? row["format_in_reference"]
      details["detected"] = row["target_format"]
      return details
    },
    sentence: {
      """
      '\($0.subject)' records the format \($0["recorded"] ?? "?") for its base '\($0.target)', \
      whose header shows \($0["detected"] ?? "?"); find out which is right before the machine \
      starts again.
      """
    })
}
