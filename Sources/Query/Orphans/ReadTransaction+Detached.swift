internal import Database
internal import Foundation
internal import GRDB
internal import Model

extension ReadTransaction {
  /// Images that machines name and do not use, and those that a list wants kept, each once.
  func detached() throws -> [Orphan] {
    let found = try Array(
      rows(StatementText.text(PackageResources.ask_detached_sql))
        .map { $0.copy() })
    var answers: [Orphan] = []
    for row in found {
      let id: Int64 = row["image"]
      let machine: String = row["machine"]
      // A word that it is to be kept goes before a machine that no longer uses it.
      let isKept = row["part"] as String == "kept"
      let sentence =
        isKept
        ? "'\(machine)' says that it is to be kept"
        : "machine '\(machine)' names it"
          + ((row["place"] as String?).map { " as \($0)" } ?? "") + " and does not use it"
      if answers.last?.imageID == id {
        answers[answers.count - 1].evidence.append(sentence)
      } else if let path = try primaryPlace(of: id) {
        answers.append(
          Orphan(
            filename: path, imageID: id, verdict: isKept ? .kept : .detached,
            since: point(row["since"]), lastUser: nil,
            reclaimableSize: UInt64(clamping: row["actual_size"] as Int64), evidence: [sentence]))
      }
    }
    return answers
  }
}
