/// Something that is wrong with a database: one element of the answer of `verify`.
public struct Defect: Encodable, Hashable, Sendable {
  /// `file` (SQLite's check of the file), `foreign-key`, or the name of the invariant that is broken.
  public var check: String
  /// The row that breaks it; what SQLite says of a file.
  public var subject: String
  /// What is wrong with it.
  public var message: String

  /// A defect.
  public init(check: String, subject: String, message: String) {
    self.check = check
    self.subject = subject
    self.message = message
  }
}
