package import GRDB

/// The text of the statements in the folders of `SQL`, by file name.
package enum StatementText {
  package static func text(_ resource: [UInt8]) -> String {
    String(decoding: resource, as: UTF8.self)
  }
}

extension Database {
  /// Runs every statement of a script of `SQL` with those of `values` that it names.
  package func run(_ script: [UInt8], _ values: [String: Int64] = [:]) throws {
    try execute(sql: StatementText.text(script), arguments: StatementArguments(values))
  }
}
