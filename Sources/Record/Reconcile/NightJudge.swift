package import Database
package import Model
package import Sighting

/// Who judges what a scan has seen: who writes it down does not.
package struct NightJudge {
  /// What happened to images since the scan before.
  package struct Changes {
    /// Whether the directory of any pool was renamed: then what is in it did not move.
    package let isAnyPoolRenamed: Bool
    /// What happened to those of some images to which anything did.
    package let of: ([Int64]) throws -> [ChangeKind]

    /// A comparison with the scan before.
    package init(isAnyPoolRenamed: Bool, of changes: @escaping ([Int64]) throws -> [ChangeKind]) {
      self.isAnyPoolRenamed = isAnyPoolRenamed
      self.of = changes
    }
  }

  /// Compares a scan with the one before; `nil` where there is none that can be asked for.
  package typealias Comparing = (ReconciledScan) throws -> Changes?

  /// Whether anything may be said of a file that a first scan sees; it may only leave out what would not be found.
  let isRemarkable: (SeenFile) -> Bool
  /// Says in the database what a scan means; gives what could not be judged, in sentences.
  let judge: (ReconciledScan) throws -> [String]
  let compare: Comparing

  /// A judge of these functions.
  package init(
    isRemarkable: @escaping (SeenFile) -> Bool,
    judge: @escaping (ReconciledScan) throws -> [String],
    compare: @escaping Comparing
  ) {
    self.isRemarkable = isRemarkable
    self.judge = judge
    self.compare = compare
  }
}
