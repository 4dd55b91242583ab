extension Server {
  /// All rows of an answer.
  package func rows(_ statement: String, _ values: [ServerValue] = []) throws -> [ServerRow] {
    var rows: [ServerRow] = []
    try each(statement, values) { rows.append($0) }
    return rows
  }

  /// The first row of an answer, where there is one.
  package func row(_ statement: String, _ values: [ServerValue] = []) throws -> ServerRow? {
    try rows(statement, values).first
  }

  /// Runs a statement whose rows nobody asks for.
  /// - Returns: how many rows it changed.
  @discardableResult
  package func run(_ statement: String, _ values: [ServerValue] = []) throws -> Int64 {
    try each(statement, values) { _ in }
  }

  /// Runs `body` in a transaction, which is rolled back where it throws.
  package func transaction<Value>(
    _ mode: String = "", _ body: () throws -> Value
  ) throws -> Value {
    try script("BEGIN " + mode)
    do {
      let value = try body()
      try script("COMMIT")
      return value
    } catch {
      // Where the connection is lost the server does it by itself.
      try? script("ROLLBACK")
      throw error
    }
  }
}
