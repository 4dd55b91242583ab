package import Foundation
package import GRDB
package import Model

extension PathBytes {
  /// The bytes as the database keeps them.
  package var databaseValue: DatabaseValue { Data(bytes).databaseValue }

  /// The directory and name of the columns `path` and `name`, joined.
  package init(directory: Data, name: Data) {
    self = PathBytes(directory).appending(name)
  }
}
