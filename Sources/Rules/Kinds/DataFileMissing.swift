public import Model

extension FindingKind {
  /// The data file of an image is not there.
  public static let dataFileMissing = FindingKind(rawValue: "data-file-missing")
}

extension Rule {
  static let dataFileMissing = Rule(
    .dataFileMissing, .error, [.leadsNowhere, .targetIsGone, .sharesTarget, .isMended],
    query: PackageResources.data_file_missing_sql, firstLook: .strayLinks,
    title: "The data file is missing",
    explanation: Explanation(
      meaning: """
        A qcow2 image has an external data file, and the file that its header names does not exist.
        """,
      opens: "A scan could read the directory and finds nothing at the path.",
      closes: "The data file exists again.",
      action: """
        Put the data file back, or restore it from a backup: the image itself only maps the data \
        and does not contain it.
        """,
      harmless: "Never for an image that is still needed."),
    sentence: {
      """
      The data file '\($0.target)' of '\($0.subject)' is missing; put it back: the image has no \
      data without it.
      """
    })
}
