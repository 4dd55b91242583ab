internal import Foundation
internal import GRDB
public import Model
internal import Sighting

extension FindingKind {
  /// A checkpoint whose dirty bitmap is in no image.
  public static let checkpointBitmapMissing = FindingKind(rawValue: "checkpoint-bitmap-missing")
}

extension Rule {
  static let checkpointBitmapMissing = Rule(
    .checkpointBitmapMissing, .warning, about: .machine, of: .everything, [.leadsNowhere],
    query: PackageResources.checkpoint_bitmap_missing_sql, firstLook: .none,
    title: "The bitmap of a checkpoint is missing",
    explanation: Explanation(
      meaning: """
        libvirt has metadata of a checkpoint, but no image of the disk's chain has its dirty \
        bitmap: the image was restored, converted or repaired without it. Every incremental \
        backup since that checkpoint fails.
        """,
      opens: """
        A scan sees the whole chain of a disk of a stopped domain, and no image of it has the \
        bitmap.
        """,
      closes: """
        An image has the bitmap, or the checkpoint is gone.
        """,
      action: """
        Remove the checkpoint's metadata with 'virsh checkpoint-delete --metadata', and begin \
        with a full backup.
        """,
      harmless: """
        When no incremental backups of the domain are made any more.
        """),
    details: { row, then, _ in
      try then.missingInside(row, .bitmap)
    },
    sentence: { terms in
      """
      \(terms["owners"] ?? "A checkpoint") of domain '\(terms.subject)' needs \
      \(terms["names"] ?? "a bitmap"), and no image in the chain of '\(terms.target)' has it: \
      incremental backups fail; remove the metadata with 'virsh checkpoint-delete --metadata \
      \(terms.domainWord) \(terms["owner"] ?? "CHECKPOINT")' and begin with a full backup.
      """
    })
}
