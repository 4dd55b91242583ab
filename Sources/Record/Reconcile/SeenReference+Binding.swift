internal import Database
internal import DiskImage
internal import Sighting

extension SeenReference {
  /// Binds what is stored, from the role to the format in the reference: four columns that stand in this order
  /// wherever a reference is written.
  func bind(to statement: RawStatement, from first: Int32) {
    statement.bind(role.rawValue, at: first)
    statement.bind(blob: stored, at: first + 1)
    statement.bind(recordedFormat, at: first + 2)
    statement.bind(formatInReference, at: first + 3)
  }
}
