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
    title: "A snapshot is missing in its image",
    explanation: Explanation(
      meaning: """
        The machine's configuration says that a snapshot is inside an image, but the image does \
        not have it: reverting to it and deleting it fail.
        """,
      opens: """
        A scan sees the whole chain of a disk of a stopped domain, and no image of it has a \
        snapshot of that name.
        """,
      closes: """
        An image has the snapshot, or the configuration no longer names it.
        """,
      action: """
        Remove the metadata with 'virsh snapshot-delete --metadata' ('qm delsnapshot --force' \
        with Proxmox VE), or restore the image from a backup that has the snapshot.
        """,
      harmless: """
        When the snapshot is not needed.
        """),
    details: { row, then, _ in
      try then.missingInside(row, .snapshot)
    },
    sentence: { terms in
      """
      \(terms["owners"] ?? "A snapshot") of \(terms.machine) should be inside '\(terms.target)', \
      which does not have it, so reverting to it fails; \
      \(terms.removing(snapshot: terms["owner"] ?? "SNAPSHOT")), or restore the image from a \
      backup that has it.
      """
    })
}
