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
    title: "A file of a snapshot is not there",
    explanation: Explanation(
      meaning: """
        The metadata of a snapshot name a file that only the snapshot needs, its saved memory \
        or the overlay that it made, and it is not there: nobody can revert to the snapshot.
        """,
      opens: """
        A scan that could look into the directory finds nothing at the place that the metadata \
        name, and the domain itself does not name it.
        """,
      closes: """
        The file is there again, or the metadata are gone.
        """,
      action: """
        Where it was committed or removed on purpose, remove the metadata with 'virsh \
        snapshot-delete --metadata'; else restore the file from a copy.
        """,
      harmless: """
        After a commit has made the overlay needless.
        """),
    details: { row, then, _ in
      ["owner": try then.snapshots(naming: row).first].compactMapValues { $0 }
    },
    sentence: { terms in
      """
      '\(terms.target)', which snapshot '\(terms["owner"] ?? "?")' of domain '\(terms.subject)' needs, is \
      not there; where it was committed or removed on purpose, remove the metadata with 'virsh \
      snapshot-delete --metadata \(terms.domainWord) \
      \(terms["owner"].flatMap { PathBytes($0).wordOfCommand } ?? "SNAPSHOT")'.
      """
    })
}
