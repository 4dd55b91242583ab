internal import Database
internal import GRDB

extension Database {
  /// Runs a script in which `{file_state}` stands for the list of `FileColumn`, and `{old.file_state}` for the same
  /// columns of `old`; and so for the others.
  func run(listingColumns script: [UInt8], scan: Int64) throws {
    try execute(
      sql: SeenColumns.listed(in: StatementText.text(script)), arguments: ["scan": scan])
  }
}

/// The lists of columns, by the names of their tables.
enum SeenColumns {
  private static func names(ofTable table: some StringProtocol, of alias: String?) -> String? {
    switch table {
    case "image": ImageColumn.names(of: alias)
    case "file_state": FileColumn.names(of: alias)
    case "image_state": HeaderColumn.names(of: alias)
    case "reference": ReferenceColumn.names(of: alias)
    default: nil
    }
  }

  /// A statement with the lists in place of their names in braces; what is none of them stays as it is.
  static func listed(in text: String) -> String {
    text.replacing(/\{(?:(\w+)\.)?(\w+)\}/) { match in
      names(ofTable: match.2, of: match.1.map(String.init)) ?? String(match.0)
    }
  }
}
