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
    title: "The base is not of the recorded format",
    explanation: Explanation(
      meaning: """
        An overlay records one format for its base, and the base's header shows another. \
        QEMU reads the base as what is recorded: if that is wrong, the guest sees garbage, \
        and writes spoil it further.
        """,
      opens: """
        A scan sees the two contradict each other, also where raw is recorded and the base \
        has a header.
        """,
      closes: """
        Both agree: the image records another format, or another image stands there.
        """,
      action: """
        Find out which of the two is true before the machine starts again: 'backstory \
        history' says whether the record or the base changed. Then let 'backstory repair' \
        print the command.
        """,
      harmless: """
        When a guest keeps images inside its raw disk, raw is recorded and raw is right. \
        Leave the record as it is.
        """),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["recorded"] = row["recorded_format"] ?? row["format_in_reference"]
      details["detected"] = row["target_format"]
      return details
    },
    sentence: {
      """
      '\($0.subject)' records the format \($0["recorded"] ?? "?") for its base \
      '\($0.target)', whose header shows \($0["detected"] ?? "?"); find out which is true \
      before the machine starts again.
      """
    })
}
