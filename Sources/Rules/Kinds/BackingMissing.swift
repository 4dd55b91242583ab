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
    title: "The base is missing",
    explanation: Explanation(
      meaning: """
        An image names a base that does not exist. QEMU cannot open the image, and its machine \
        does not start.
        """,
      opens: """
        A scan could read the directory and finds nothing at the path.
        """,
      closes: "The base exists again, or the image names another base.",
      action: """
        If the base was moved, let 'backstory repair' print the command that sets the new path, \
        or move it back. If it was removed, restore it from a backup: the image is incomplete \
        without it.
        """,
      harmless: """
        Never for an image that is still needed. An overlay that nobody needs can be removed.
        """),
    details: { row, then, _ in
      var details = try then.formerBase(of: row)
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
          The parent of '\($0.subject)', known only by the identity '\(identity)', is missing; \
          put it back, or restore both together.
          """
      }
      return """
        The base '\($0.target)' of '\($0.subject)' is missing; put it back, or \
        \($0.letRepairPrint("where it may be now"))\($0.standing).
        """
    })
}
