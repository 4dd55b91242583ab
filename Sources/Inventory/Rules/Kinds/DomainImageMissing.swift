internal import GRDB
public import Model

extension FindingKind {
  /// An image that a domain uses is not there.
  public static let domainImageMissing = FindingKind(rawValue: "domain-image-missing")
}

extension Rule {
  static let domainImageMissing = Rule(
    .domainImageMissing, .error, about: .machine, of: .everything,
    [.leadsNowhere, .targetIsGone, .sharesTarget],
    query: PackageResources.domain_image_missing_sql, firstLook: .none,
    title: "A domain's image is not there",
    explanation: Explanation(
      meaning: """
        A domain names a disk, or a file that it boots from, and nothing stands there. The \
        domain does not start.
        """,
      opens: """
        A scan that could look into the directory finds nothing at the place that the \
        domain's XML names.
        """,
      closes: "It stands there again, or the domain names something else.",
      action: "Put the image back, or change the domain with 'virsh edit'.",
      harmless: "When the domain is not to be started any more."),
    details: { row, then, _ in
      guard row["detail"] != nil else { return [:] }
      var details: [String: String] = [:]
      details["beside"] = try then.nameOfBase(of: row["target_image"])
      return details
    },
    sentence: { terms in
      if let beside = terms["beside"] {
        return """
          Domain '\(terms.subject)' names '\(terms.target)' by a symbolic link, and its base \
          '\(beside)' is looked for beside the link, where it is not; name the image itself in the \
          domain with 'virsh edit', or link its base too.
          """
      }
      return """
        '\(terms.target)', which domain '\(terms.subject)' uses, is not there; put it back, or \
        change the domain with 'virsh edit' before it is started.
        """
    })
}
