public import Model

extension FindingKind {
  /// An extent of an image is not there.
  public static let extentMissing = FindingKind(rawValue: "extent-missing")
}

extension Rule {
  static let extentMissing = Rule(
    .extentMissing, .error, [.leadsNowhere, .targetIsGone, .sharesTarget, .isMended],
    query: PackageResources.extent_missing_sql, firstLook: .strayLinks,
    title: "An extent is missing",
    explanation: Explanation(
      meaning: """
        An image consists of several files, such as a VMDK with a descriptor and extents, and \
        one of them is missing.
        """,
      opens: """
        A scan could read the directory and finds nothing at the path in the descriptor.
        """,
      closes: "The extent exists again, or the descriptor names another one.",
      action: """
        Put the extent back beside its descriptor, under the name in the descriptor.
        """,
      harmless: "Never for an image that is still needed."),
    sentence: {
      """
      The extent '\($0.target)' of '\($0.subject)' is missing; put it back beside its descriptor.
      """
    })
}
