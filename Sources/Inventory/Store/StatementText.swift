/// The text of the statements in the folders of `SQL`, by file name.
enum StatementText {
  static func text(_ resource: [UInt8]) -> String { String(decoding: resource, as: UTF8.self) }
}
