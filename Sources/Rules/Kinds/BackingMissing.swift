internal import DiskImage
internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// The base of an image is not there.
  public static let backingMissing = FindingKind(rawValue: "backing-missing")
}

extension Rule {
  static let backingMissing = Rule(
    .backingMissing, .error, [.leadsNowhere, .targetIsGone, .sharesTarget, .isMended],
    query: PackageResources.backing_missing_sql, firstLook: .strayLinks,
    title: "The base is not there",
    explanation: Explanation(
      meaning: """
        An image names a base, and nothing stands where the name leads. QEMU cannot open the \
        image, and its machine does not start.
        """,
      opens: """
        A scan that could look into the directory finds nothing at the place that the image \
        names.
        """,
      closes: "Something stands there again, or the image names another base.",
      action: """
        If the base was moved, let 'backstory repair' print the command that points the \
        image at it, or put it back. If it was removed, restore it from a copy: without it \
        the image is not whole.
        """,
      harmless: """
        Never for an image that is still wanted. An overlay that nobody needs any more may \
        go.
        """),
    details: { row, then, _ in
      var details = ["stood-on": try then.formerBase(of: row)].compactMapValues { $0 }
      details["holder"] = row["detected_format"]
      if (row["role"] as String?) == ReferenceRole.parent.rawValue,
        (row["target_name"] as Data?) == nil
      {
        details["identity"] = (row["stored"] as Data?).map { PathBytes($0).displayText }
      }
      return details
    },
    sentence: {
      if let identity = $0["identity"] {
        return """
          The parent of '\($0.subject)', known by the identity '\(identity)' alone, is not there; put it \
          back, or restore both together.
          """
      }
      return """
        The base '\($0.target)' of '\($0.subject)' is not there; put it back, or \
        \($0.letRepairPrint("where it may be now"))\($0.standing).
        """
    })
}
