internal import Database
internal import GRDB
internal import Model
internal import Sighting

/// Where the files go that a scan sees: one of two ways in which they become rows, and both write the same.
///
/// `Incremental` stages what is new or changed beside the database, to be compared with what is known. `Bulk` writes
/// the rows of a database that knows nothing while the files are seen. The steps of a scan are the same for both: what
/// one of them has done already finds nothing more to do. Used by one thread.
protocol ScanSink: AnyObject {
  /// Takes up a file of a directory.
  func add(
    _ file: SeenFile, in directory: WalkedDirectory, numbersOf stage: Stage, _ database: Database
  ) throws

  /// All files were taken up.
  func flush(_ database: Database) throws

  // MARK: Links

  /// Whether any image may record several names of its parent.
  var mayHaveParentNames: Bool { get }

  /// Puts the links that this scan has to judge into `temp.relink`, as far as they are not there.
  func collectLinks(_ database: Database, scan: Int64) throws

  /// Takes out of `temp.relink` what needs no look, now that it is known where directories are.
  func writeLanded(_ database: Database) throws

  /// The links of `temp.relink` are resolved and written.
  func wroteLinks(_ database: Database, scan: Int64) throws

  /// The images to which links lead that this scan judged, and how many of them.
  func overlayCounts(_ database: Database) throws -> [(image: Int64, overlays: Int64)]

  /// What was noted in passing and rules need not look for; `nil`: nothing was.
  var noted: ReconciledScan.Noted? { get }

  // MARK: Counts

  /// Which images the scan had to do with, before anything is counted.
  func tally(_ database: Database, scan: Int64) throws

  /// Images in a pool; `nil` where they have to be counted.
  func imageCount(ofPool pool: Int64, _ database: Database, scan: Int64) throws -> Int64?

  /// What happened to images, of which there are so many now.
  func changes(
    images: Int64, _ database: Database, scan: Int64, comparing compare: NightJudge.Comparing
  ) throws -> ScanCounts

  /// Images by pool and format, where before this scan they were others; `nil` where they cannot be counted.
  func counts(
    _ holdings: Holdings, insteadOf before: [Holdings.Key: Holdings.Count]
  ) throws -> [Holdings.Key: Holdings.Count]?

  /// The longest chain.
  func longestChain(_ holdings: Holdings) throws -> Holdings.Chain?
}

/// A directory of which files are taken up, by numbers.
struct WalkedDirectory {
  let number: Int64
  let filesystem: Int64
  /// The pool that it belongs to.
  let pool: Int64
}
