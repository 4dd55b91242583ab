internal import DiskImage
internal import GRDB
public import Model

extension FindingKind {
  /// The header of an image is invalid.
  public static let headerMalformed = FindingKind(rawValue: "header-malformed")
}

extension Rule {
  static let headerMalformed = Rule(
    .headerMalformed, .error, [.doubtsFormat, .changesImage],
    query: PackageResources.header_malformed_sql, firstLook: .headers { $0.fault != nil },
    title: "The header is invalid",
    explanation: Explanation(
      meaning: """
        The image begins like a known format, but the rest of the header is truncated, \
        inconsistent or out of range.
        """,
      opens: "A scan reads such a header.",
      closes: "The header is valid, or no longer one of a known format.",
      action: """
        Restore the image from a backup. 'backstory inspect' says which field is wrong. If only \
        the name of the base is too long, 'backstory repair' prints how to restore the last \
        valid one.
        """,
      harmless: "When the file only happens to begin like an image."),
    details: { row, then, _ in
      var details: [String: String] = [:]
      details["fault"] = row["fault"]
      details["earlier"] =
        try then.baseBeforeFault(of: row["holder"], fault: row["fault"])?.inWords
      return details
    },
    sentence: { terms in
      let fault =
        "'\(terms.subject)' has an invalid header: \(terms["fault"] ?? "it is inconsistent")"
      if let earlier = terms["earlier"] {
        return """
          \(fault); it named \(earlier): \(terms.letRepairPrint("how to restore that name")), or \
          restore the image from a backup.
          """
      }
      return "\(fault); restore the image from a backup."
    })
}
