public import Model

extension FindingKind {
  /// The data file of an image is not there.
  public static let dataFileMissing = FindingKind(rawValue: "data-file-missing")
}

extension Rule {
  static let dataFileMissing = Rule(
    .dataFileMissing, .error, [.leadsNowhere, .targetIsGone, .sharesTarget, .isMended],
    query: PackageResources.data_file_missing_sql, firstLook: .strayLinks,
    title: "The data file is not there",
    explanation: Explanation(
      meaning: """
        A qcow2 image keeps its data in a file of its own, and nothing stands where its \
        header says that file is.
        """,
      opens: "A scan that could look into the directory finds nothing at the place.",
      closes: "The data file stands there again.",
      action: """
        Put the data file back, or restore it from a copy: the image itself holds only where \
        the data are, not the data.
        """,
      harmless: "Never for an image that is still wanted."),
    sentence: {
      """
      The data file '\($0.target)' of '\($0.subject)' is not there; put it back, without \
      it the image holds nothing.
      """
    })
}
