internal import Foundation
internal import GRDB
internal import Model

/// A directory as of a scan, and the pool that covers it, by its name.
struct StandingDirectory {
  let path: PathBytes
  let pool: String?

  /// The path of what a row of `ask_images.sql` finds in it.
  func path(of row: Row) -> PathBytes { path.appending(row[.name] as Data) }
}

/// The columns of `ask_images.sql`, in its order: by number they are read without a look-up for each value.
enum ImageColumn: Int, CaseIterable {
  case image, directory, name, firstScan
  case format, content, virtualSize, clusterSize
  case isEncrypted, isDirty, fault, detail
  case fileSize, actualSize, modified
  case isInUse, ownBytes
  case stored, recordedFormat, linkState
  case isLoop, lastChanged
}

extension Row {
  /// The value of a column of `ask_images.sql`.
  subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(column: ImageColumn)
    -> Value
  { self[column.rawValue] }
}
