internal import GRDB
public import Model

extension FindingKind {
  /// A domain opens an image in another format than its header shows.
  public static let domainFormatMismatch = FindingKind(rawValue: "domain-format-mismatch")
}

extension Rule {
  static let domainFormatMismatch = Rule(
    .domainFormatMismatch, .error, about: .machine, of: .everything,
    query: PackageResources.domain_format_mismatch_sql, firstLook: .none,
    title: "A domain opens an image in another format",
    explanation: Explanation(
      meaning: """
        The domain's XML says one format for a disk, and the image's header shows another. \
        Opened as raw, the guest sees the header as its disk and may destroy it; opened as what \
        it is not, it does not start.
        """,
      opens: "A scan sees the two contradict each other.",
      closes: "Both agree.",
      action: """
        Find out which is true, and correct the domain with 'virsh edit' or convert the image, \
        before starting the domain.
        """,
      harmless: """
        When a guest keeps images inside its raw disk, raw in the domain is right.
        """),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["recorded"] = row["recorded_format"]
      details["detected"] = row["target_format"]
      return details
    },
    sentence: {
      """
      \($0.machineFirst) opens '\($0.target)' as \($0["recorded"] ?? "?"), and its header shows \
      \($0["detected"] ?? "?"); find out which is true, and correct the \($0.noun) or the image \
      before it is started.
      """
    })
}
