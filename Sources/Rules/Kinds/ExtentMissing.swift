public import Model

extension FindingKind {
  /// An extent of an image is not there.
  public static let extentMissing = FindingKind(rawValue: "extent-missing")
}

extension Rule {
  static let extentMissing = Rule(
    .extentMissing, .error, [.leadsNowhere, .targetIsGone, .sharesTarget, .isMended],
    query: PackageResources.extent_missing_sql, firstLook: .strayLinks,
    title: "An extent is not there",
    explanation: Explanation(
      meaning: """
        An image consists of several files, as a VMDK with its descriptor and its extents, \
        and one of them is not there.
        """,
      opens: """
        A scan that could look into the directory finds nothing at the place that the \
        descriptor names.
        """,
      closes: "The extent stands there again, or the descriptor names another one.",
      action: """
        Put the extent back beside its descriptor under the name that the descriptor has for \
        it.
        """,
      harmless: "Never for an image that is still wanted."),
    sentence: {
      """
      The extent '\($0.target)' of '\($0.subject)' is not there; put it back beside its \
      descriptor.
      """
    })
}
