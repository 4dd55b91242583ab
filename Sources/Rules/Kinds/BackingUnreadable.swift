public import Model

extension FindingKind {
  /// The base of an image may not be read.
  public static let backingUnreadable = FindingKind(rawValue: "backing-unreadable")
}

extension Rule {
  static let backingUnreadable = Rule(
    .backingUnreadable, .error, [.leadsNowhere, .sharesTarget, .isMended],
    query: PackageResources.backing_unreadable_sql, firstLook: .strayLinks,
    title: "The base cannot be read",
    explanation: Explanation(
      meaning: """
        The base exists, but the user who runs the scan cannot read it, or it is not a regular \
        file. Nothing is known about its content.
        """,
      opens: "A scan finds something at the path and cannot open it.",
      closes: "A scan can read it, or the image names another base.",
      action: """
        Grant read permission to the user who runs the scan. If the base is a directory or \
        otherwise not a disk, give the image another base.
        """,
      harmless: """
        When QEMU runs as a user who can read it, machines start; only Backstory cannot check it.
        """),
    sentence: {
      """
      The base '\($0.target)' of '\($0.subject)' exists and cannot be read; grant read \
      permission to the user running the scan, or, if the base is not a regular file, \
      \($0.isRebased ? "rebase the overlay" : "put the disk in its place").
      """
    })
}
