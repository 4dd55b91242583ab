internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// A file of a snapshot that is not there.
  public static let snapshotFileMissing = FindingKind(rawValue: "snapshot-file-missing")
}

extension Rule {
  static let snapshotFileMissing = Rule(
    .snapshotFileMissing, .info, about: .machine, of: .everything, [.leadsNowhere],
    query: PackageResources.snapshot_file_missing_sql, firstLook: .none,
    title: "A file of a snapshot is missing",
    explanation: Explanation(
      meaning: """
        The metadata of a snapshot names a file that only the snapshot needs, its saved memory \
        or the overlay that it made, and the file does not exist: the domain cannot be reverted \
        to the snapshot.
        """,
      opens: """
        A scan could read the directory and finds nothing at the path in the metadata, and the \
        domain itself does not name it.
        """,
      closes: """
        The file exists again, or the metadata is gone.
        """,
      action: """
        If it was committed or removed on purpose, remove the metadata with 'virsh \
        snapshot-delete --metadata'; otherwise restore the file from a backup.
        """,
      harmless: """
        When a commit has made the overlay unnecessary.
        """),
    details: { row, then, _ in
      ["owner": try then.snapshots(naming: row).first].compactMapValues { $0 }
    },
    sentence: { terms in
      """
      '\(terms.target)', which snapshot '\(terms["owner"] ?? "?")' of domain '\(terms.subject)' \
      needs, is missing; if it was committed or removed on purpose, remove the metadata with \
      'virsh snapshot-delete --metadata \(terms.domainWord) \
      \(terms["owner"].flatMap { PathBytes($0).wordOfCommand } ?? "SNAPSHOT")'.
      """
    })
}
