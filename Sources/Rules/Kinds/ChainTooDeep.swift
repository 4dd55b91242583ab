internal import Database
internal import GRDB
public import Model

extension FindingKind {
  /// A chain is longer than was allowed.
  public static let chainTooDeep = FindingKind(rawValue: "chain-too-deep")
}

extension Rule {
  static let chainTooDeep = Rule(
    .chainTooDeep, .warning, version: 3, of: .chains, [.isFlattened],
    query: PackageResources.chain_too_deep_sql, firstLook: .none,
    title: "The chain is too deep",
    explanation: Explanation(
      meaning: """
        The chain has more images than '--max-depth' allows. Every read may have to go through \
        all of them, and each is one more file that must not be lost.
        """,
      opens: """
        A scan counts more images in the chain than allowed; the finding is on the image at the top.
        """,
      closes: "The chain is shorter, or more images are allowed.",
      action: """
        Shorten it with 'qemu-img rebase' or 'virsh blockcommit', or, for VMDK, VHD and VHDX, \
        with the program that made them; 'backstory repair --kind chain-too-deep' says how much \
        space this needs.
        """,
      harmless: """
        When the depth is intended and the machine is fast enough: raise '--max-depth'.
        """),
    details: { row, then, known in
      var details = ["length": try "\(known.lengths.length(ofChain: row["holder"], at: then.at))"]
      details["allowed"] = try (row["detail"] as String?)
        .map { try "\(known.depths.value($0).allowed)" }
      details["holder"] = row["detected_format"]
      return details
    },
    sentence: { terms in
      let remedy =
        terms.isRebased
        ? terms.letRepairPrint("what shortens it")
        : "let the program that made the images merge them, or convert the disk to one image"
      return """
        The chain of '\(terms.subject)' is \(terms["length"] ?? "?") images long, and \
        \(terms["allowed"] ?? "fewer") were allowed when this was first seen; \(remedy).
        """
    })
}
