public import Model

extension FindingKind {
  /// The base of an image lies where no scan looks.
  public static let backingOutsidePools = FindingKind(rawValue: "backing-outside-pools")
}

extension Rule {
  static let backingOutsidePools = Rule(
    .backingOutsidePools, .warning, [.sharesTarget],
    query: PackageResources.backing_outside_pools_sql, firstLook: .strayLinks,
    title: "The base is outside the pools",
    explanation: Explanation(
      meaning: """
        The base exists in a directory that belongs to no scanned pool, or is a device. Its loss \
        or change would go unnoticed, and what else depends on it is unknown.
        """,
      opens: "A scan finds the base at a local path that no pool covers.",
      closes: "The directory is scanned too, or the image names another base.",
      action: "Add the base's directory to the pools that are scanned.",
      harmless: """
        When something else takes care of the base, such as an LVM volume or an image of the system.
        """),
    sentence: { terms in
      if terms.target.hasPrefix("/dev/") {
        return """
          The base '\(terms.target)' of '\(terms.subject)' is a device that is not scanned; make \
          sure that it stays available.
          """
      }
      return """
        The base '\(terms.target)' of '\(terms.subject)' is outside the scanned pools; scan its \
        directory too, so that its loss is noticed.
        """
    })
}
