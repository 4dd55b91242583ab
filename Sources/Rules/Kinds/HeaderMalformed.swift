internal import DiskImage
internal import GRDB
public import Model

extension FindingKind {
  /// The header of an image cannot be true.
  public static let headerMalformed = FindingKind(rawValue: "header-malformed")
}

extension Rule {
  static let headerMalformed = Rule(
    .headerMalformed, .error, [.doubtsFormat, .changesImage],
    query: PackageResources.header_malformed_sql, firstLook: .headers { $0.fault != nil },
    title: "The header cannot be true",
    explanation: Explanation(
      meaning: """
        The image begins as a known format does, and the rest of its header contradicts that \
        or itself: cut short, or with numbers that no such image can have.
        """,
      opens: "A scan reads such a header.",
      closes: "The header is in order, or is no longer one of a format.",
      action: """
        Restore the image from a copy. 'backstory inspect' says which field is wrong. Where \
        only the name of the base is too long, 'backstory repair' prints how to write the \
        last good one back.
        """,
      harmless: "When the file only happens to begin like an image, and is none."),
    details: { row, then, _ in
      var details: [String: String] = [:]
      details["fault"] = row["fault"]
      details["earlier"] =
        try then.baseBeforeFault(of: row["holder"], fault: row["fault"])?.inWords
      return details
    },
    sentence: { terms in
      let fault =
        "The header of '\(terms.subject)' cannot be true: \(terms["fault"] ?? "it contradicts itself")"
      if let earlier = terms["earlier"] {
        return """
          \(fault); it named \(earlier): \(terms.letRepairPrint("how to write that name back")), or \
          restore the image from a copy.
          """
      }
      return "\(fault); restore the image from a copy."
    })
}
