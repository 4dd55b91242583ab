internal import CPostgres

/// One connection to PostgreSQL. What libpq says becomes `FleetFault` here, and no other file knows libpq.
@safe package final class Server {
  private let connection: OpaquePointer

  /// Connects by a connection string, or URI, of libpq's.
  package init(_ conninfo: String) throws(FleetFault) {
    guard let made = unsafe bs_pg_connect(conninfo) else {
      throw .noServer(detail: "there is no memory")
    }
    guard unsafe PQstatus(made) == CONNECTION_OK else {
      let detail = unsafe Self.oneLine(PQerrorMessage(made))
      unsafe PQfinish(made)
      throw .noServer(detail: detail)
    }
    unsafe connection = unsafe made
  }

  deinit { unsafe PQfinish(connection) }

  /// The host over whose network the connection goes without encryption; `nil` for a socket, the machine itself, and TLS.
  package var unsafeHost: String? {
    guard unsafe PQsslInUse(connection) == 0 else { return nil }
    let host = unsafe Self.text(PQhost(connection))
    let address = unsafe Self.text(PQhostaddr(connection))
    if host.hasPrefix("/") || host.hasPrefix("@") || host.isEmpty { return nil }
    let number = address.isEmpty ? host : address
    let isLoopback = number == "::1" || number.hasPrefix("127.") || number == "localhost"
    return isLoopback ? nil : host
  }

  // MARK: Statements

  /// Runs one statement and calls `body` with every row as it comes.
  /// - Returns: how many rows the statement changed.
  @discardableResult
  package func each(
    _ statement: String, _ values: [ServerValue] = [], _ body: (ServerRow) throws -> Void
  ) throws -> Int64 {
    try send(statement, values)
    var columns: ServerColumns?
    var changed: Int64 = 0
    do {
      while let result = unsafe PQgetResult(connection) {
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        if status == PGRES_SINGLE_TUPLE {
          let shape = unsafe columns ?? Self.columns(of: result)
          columns = shape
          try body(unsafe Self.row(of: result, shape))
        } else if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
          changed = unsafe Int64(Self.text(PQcmdTuples(result))) ?? 0
        } else {
          throw unsafe Self.fault(of: result, connection)
        }
      }
    } catch {
      unsafe bs_pg_cancel(connection)
      drain()
      throw error
    }
    return changed
  }

  private func send(_ statement: String, _ values: [ServerValue]) throws(FleetFault) {
    var words: [CChar] = []
    var isNull: [UInt8] = []
    for value in values {
      let text = value.text
      guard text?.utf8.contains(0) != true else {
        throw .server(code: "22021", detail: "a text has a NUL")
      }
      words += (text ?? "").utf8.map { CChar(bitPattern: $0) } + [0]
      isNull.append(text == nil ? 1 : 0)
    }
    guard unsafe bs_pg_send(connection, statement, Int32(values.count), words, isNull) != 0 else {
      throw unsafe lost()
    }
  }

  /// Runs a script of several statements, and reads no rows.
  package func script(_ text: String) throws(FleetFault) {
    guard let result = unsafe PQexec(connection, text) else { throw unsafe lost() }
    defer { unsafe PQclear(result) }
    let status = unsafe PQresultStatus(result)
    guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
    else {
      throw unsafe Self.fault(of: result, connection)
    }
  }

  private func drain() {
    while let result = unsafe PQgetResult(connection) { unsafe PQclear(result) }
  }

  // MARK: COPY

  /// Runs a `COPY … FROM STDIN`; what `body` gives its argument goes to the server.
  /// - Returns: how many rows were copied.
  @discardableResult
  package func copyIn(
    _ statement: String, _ body: (([UInt8]) throws -> Void) throws -> Void
  ) throws -> Int64 {
    try begin(statement, PGRES_COPY_IN)
    do {
      try body { bytes in
        let sent = unsafe bytes.withUnsafeBytes { piece in
          unsafe PQputCopyData(
            connection, piece.assumingMemoryBound(to: CChar.self).baseAddress,
            Int32(clamping: piece.count))
        }
        guard sent == 1 else { throw unsafe lost() }
      }
    } catch {
      _ = unsafe PQputCopyEnd(connection, "given up")
      // Where the server gave up first, it says why.
      throw failure() ?? error
    }
    guard unsafe PQputCopyEnd(connection, nil) == 1 else { throw unsafe lost() }
    return try finishCopy()
  }

  /// Why the server ends a copy that was given up, where that was its own doing.
  private func failure() -> FleetFault? {
    var found: FleetFault?
    while let result = unsafe PQgetResult(connection) {
      defer { unsafe PQclear(result) }
      guard unsafe PQresultStatus(result) == PGRES_FATAL_ERROR, found == nil else { continue }
      found = unsafe Self.fault(of: result, connection)
    }
    // 57014: it was us who gave up.
    if case .server("57014", _) = found { return nil }
    return found
  }

  /// Runs a `COPY … TO STDOUT` and calls `body` with every piece that comes.
  package func copyOut(_ statement: String, _ body: ([UInt8]) throws -> Void) throws {
    try begin(statement, PGRES_COPY_OUT)
    var piece: UnsafeMutablePointer<CChar>?
    do {
      while true {
        let count = unsafe PQgetCopyData(connection, &piece, 0)
        guard count > 0, let bytes = unsafe piece else {
          if count == -1 { break }
          throw unsafe lost()
        }
        defer { unsafe PQfreemem(bytes) }
        try body(unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(count))))
      }
    } catch {
      unsafe bs_pg_cancel(connection)
      while true {
        guard unsafe PQgetCopyData(connection, &piece, 0) > 0 else { break }
        unsafe PQfreemem(piece)
      }
      drain()
      throw error
    }
    try finishCopy()
  }

  private func begin(_ statement: String, _ wanted: ExecStatusType) throws(FleetFault) {
    guard let result = unsafe PQexec(connection, statement) else { throw unsafe lost() }
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == wanted else {
      throw unsafe Self.fault(of: result, connection)
    }
  }

  @discardableResult
  private func finishCopy() throws(FleetFault) -> Int64 {
    var count: Int64 = 0
    var found: FleetFault?
    while let result = unsafe PQgetResult(connection) {
      defer { unsafe PQclear(result) }
      if unsafe PQresultStatus(result) == PGRES_COMMAND_OK {
        count = unsafe Int64(Self.text(PQcmdTuples(result))) ?? 0
      } else {
        found = unsafe found ?? Self.fault(of: result, connection)
      }
    }
    if let found { throw found }
    return count
  }

  // MARK: What libpq says

  @unsafe private func lost() -> FleetFault {
    unsafe .noServer(detail: Self.oneLine(PQerrorMessage(connection)))
  }

  @unsafe private static func columns(of result: OpaquePointer) -> ServerColumns {
    let count = unsafe PQnfields(result)
    return ServerColumns(
      names: (0..<count).map { unsafe text(PQfname(result, $0)) },
      types: (0..<count).map { unsafe PQftype(result, $0) })
  }

  @unsafe private static func row(of result: OpaquePointer, _ columns: ServerColumns) -> ServerRow {
    let cells = (0..<Int32(clamping: columns.names.count)).map { column -> String? in
      guard unsafe PQgetisnull(result, 0, column) == 0 else { return nil }
      return unsafe text(PQgetvalue(result, 0, column))
    }
    return ServerRow(columns: columns, cells: cells)
  }

  @unsafe private static func fault(
    of result: OpaquePointer, _ connection: OpaquePointer
  ) -> FleetFault {
    // The fields of PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY.
    let code = unsafe text(PQresultErrorField(result, Int32(UInt8(ascii: "C"))))
    let primary = unsafe text(PQresultErrorField(result, Int32(UInt8(ascii: "M"))))
    let detail = unsafe primary.isEmpty ? oneLine(PQerrorMessage(connection)) : primary
    switch code {
    case "42501": return .forbidden(detail: detail)
    case "": return .noServer(detail: detail)
    default: return .server(code: code, detail: detail)
    }
  }

  @unsafe private static func text(_ words: UnsafePointer<CChar>?) -> String {
    unsafe words.map { unsafe String(cString: $0) } ?? ""
  }

  @unsafe private static func oneLine(_ words: UnsafePointer<CChar>?) -> String {
    unsafe text(words).split(separator: "\n").map { line in
      String(line.drop { $0 == " " || $0 == "\t" })
    }.joined(separator: "; ")
  }
}
