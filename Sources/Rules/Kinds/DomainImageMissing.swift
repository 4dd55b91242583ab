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
      action: """
        Put the image back, or change the domain with 'virsh edit'. Where the domain still \
        runs, its process holds the file open: copy the disk before it is shut down. A lost \
        overlay is named with what it stood on; going back to that loses what was written \
        since. Where machines see a pool under another path, say so with 'seen-as'.
        """,
      harmless: "When the domain is not to be started any more."),
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
      details["stood-on"] = try then.formerBase(of: row)
      if try then.isRunning(domain: row["holder"]) { details["running"] = "yes" }
      // Of what moved the cause says where it is.
      if (row["cause"] as String?)?.contains("target-moved") != true {
        details["namesake"] = try known.namesakes.places(of: row["target_name"], then).first?
          .displayText
      }
      return details
    },
    sentence: { terms in
      if let open = terms["deleted"] {
        return """
          Machine '\(terms.subject)' runs on '\(terms.target)', which is deleted: its content goes with \
          the process; keep the machine running, and copy its disk while it runs \
          (\(terms.keeper == nil ? "'virsh blockcopy', " : "")QEMU's 'drive-mirror'), or \(open) while nothing writes to it.
          """
      }
      if let beside = terms["beside"] {
        return """
          \(terms.machineFirst) names '\(terms.target)' by a symbolic link, and its base \
          '\(beside)' is looked for beside the link, where it is not; name the image itself, \
          \(terms.editing), or link its base too.
          """
      }
      if terms["running"] != nil {
        return """
          '\(terms.target)', which \(terms.machine) uses, is not there, and the \(terms.noun) runs: \
          its process holds the file open as long as it does; copy the disk before it is shut \
          down, \(terms.keeper == nil ? "with 'virsh blockcopy' or " : "")from /proc/PID/fd\(terms.standing).
          """
      }
      return """
        '\(terms.target)', which \(terms.machine) uses, is not there; put it back, or \
        change the \(terms.noun) \(terms.editing) before it is \
        started\(terms.standing)\(terms.namesake).
        """
    })
}
