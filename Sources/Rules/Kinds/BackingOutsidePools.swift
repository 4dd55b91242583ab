public import Model

extension FindingKind {
  /// The base of an image lies where no scan looks.
  public static let backingOutsidePools = FindingKind(rawValue: "backing-outside-pools")
}

extension Rule {
  static let backingOutsidePools = Rule(
    .backingOutsidePools, .warning, [.sharesTarget],
    query: PackageResources.backing_outside_pools_sql, firstLook: .strayLinks,
    title: "The base lies outside the pools",
    explanation: Explanation(
      meaning: """
        The base is there, in a directory that belongs to no scanned pool, or is a device. \
        Nobody would notice its loss or its change, and what else depends on it is not \
        known.
        """,
      opens: "A scan finds the base at a local path that no pool covers.",
      closes: "The directory is scanned too, or the image names another base.",
      action: "Add the base's directory to the pools that are scanned.",
      harmless: """
        When the base is looked after by something else, as a device of LVM or an image that \
        the system keeps.
        """),
    sentence: { terms in
      if terms.target.hasPrefix("/dev/") {
        return """
          The base '\(terms.target)' of '\(terms.subject)' is a device, which no scan looks into; \
          see to it that it stays.
          """
      }
      return """
        The base '\(terms.target)' of '\(terms.subject)' lies outside the scanned pools; scan its \
        directory too, so that its loss is noticed.
        """
    })
}
