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
    title: "A domain's image is missing",
    explanation: Explanation(
      meaning: """
        A domain names a disk, or a file that it boots from, that does not exist. The domain \
        does not start.
        """,
      opens: """
        A scan could read the directory and finds nothing at the path in the domain's XML.
        """,
      closes: "The file exists again, or the domain names another.",
      action: """
        Put the image back, or change the domain with 'virsh edit'. If the domain is still \
        running, its process has the file open: copy the disk before shutting it down. For a \
        lost overlay the message names its base; going back to that loses what was written \
        since. If machines see a pool under another path, set 'seen-as'.
        """,
      harmless: "When the domain will not be started any more."),
    details: { row, then, known in
      var details: [String: String] = [:]
      if row["detail"] as String? == "{\"deleted\":true}" {
        details["deleted"] =
          try then.whereItIsOpen(holder: row["holder"], ordinal: row["ordinal"]) ?? ""
        return details
      }
      if row["detail"] != nil {
        details["beside"] = try then.nameOfBase(of: row["target_image"])
        return details
      }
      details.merge(try then.formerBase(of: row)) { _, new in new }
      if try then.isRunning(domain: row["holder"]) { details["running"] = "yes" }
      details["namesake"] = try known.namesakes.places(of: row["target_name"], then).first?
        .displayText
      return details
    },
    sentence: { terms in
      if let open = terms["deleted"] {
        return """
          Machine '\(terms.subject)' is running on '\(terms.target)', which is deleted: its \
          content is lost when the process ends; keep the machine running and copy its disk \
          (\(terms.keeper == nil ? "'virsh blockcopy', " : "")QEMU's 'drive-mirror'), or \(open) \
          while nothing writes to it.
          """
      }
      if let beside = terms["beside"] {
        return """
          \(terms.machineFirst) names '\(terms.target)' by a symbolic link, and QEMU looks for \
          its base '\(beside)' beside the link, where it is missing; name the image itself, \
          \(terms.editing), or link its base too.
          """
      }
      if terms["running"] != nil {
        return """
          '\(terms.target)', which \(terms.machine) uses, is missing, and the \(terms.noun) is \
          running: its process has the file open until it ends; copy the disk before shutting it \
          down, \(terms.keeper == nil ? "with 'virsh blockcopy' or " : "")from \
          /proc/PID/fd\(terms.standing).
          """
      }
      return """
        '\(terms.target)', which \(terms.machine) uses, is missing; put it back, or change the \
        \(terms.noun) \(terms.editing) before starting it\(terms.standing)\(terms.namesake)\
        \(terms["now-at"].map { "; it is at '\($0)' now" } ?? "").
        """
    })
}
