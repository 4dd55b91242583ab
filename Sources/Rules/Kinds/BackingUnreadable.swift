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
        What an image names as its base is there, and the user who scans may not read it, or \
        it is no file that could be read. Nothing is known of its content.
        """,
      opens: "A scan finds something at the place and cannot open it.",
      closes: "A scan can read it, or the image names another base.",
      action: """
        Let the scanning user read the base. If it is a directory or another thing that is \
        no disk, give the image another base.
        """,
      harmless: """
        When QEMU runs as a user who may read it, machines start all the same; Backstory \
        only cannot watch over it.
        """),
    sentence: {
      """
      The base '\($0.target)' of '\($0.subject)' is there and cannot be read; give the \
      scanning user permission to read it, or another base to the overlay where it is no \
      file.
      """
    })
}
