internal import Foundation
internal import GRDB
public import Model
internal import Sighting

extension FindingKind {
  /// An internal snapshot that the image does not have.
  public static let snapshotMissing = FindingKind(rawValue: "snapshot-missing")
}

extension Rule {
  static let snapshotMissing = Rule(
    .snapshotMissing, .warning, about: .machine, of: .everything, [.leadsNowhere],
    query: PackageResources.snapshot_missing_sql, firstLook: .none,
    title: "An image does not have the snapshot",
    explanation: Explanation(
      meaning: """
        Whoever keeps the machine says that a snapshot is inside an image, and the image does not \
        have it: nobody can revert to it, and deleting it fails.
        """,
      opens: """
        A scan sees the whole chain of the disk of a domain that does not run, and no image of \
        it has a snapshot of that name.
        """,
      closes: """
        An image has the snapshot, or nobody says any more that there is one.
        """,
      action: """
        Remove the metadata with 'virsh snapshot-delete --metadata' ('qm delsnapshot --force' \
        with Proxmox VE), or restore the image from a copy that has the snapshot.
        """,
      harmless: """
        When nobody wants to revert to the snapshot.
        """),
    details: { row, then, _ in
      try then.missingInside(row, .snapshot)
    },
    sentence: { terms in
      """
      \(terms["owners"] ?? "A snapshot") of \(terms.machine) is said to be inside \
      '\(terms.target)', which does not have it: nobody can revert to it; \
      \(terms.removing(snapshot: terms["owner"] ?? "SNAPSHOT")), or \
      restore the image from a copy that has it.
      """
    })
}
