internal import Foundation
internal import GRDB
internal import Model

extension PathBytes {
  /// The bytes as the database keeps them.
  var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  /// The directory and name of the columns `path` and `name`, joined.
  init(directory: Data, name: Data) {
    self = PathBytes(directory).appending(name)
  }
}
