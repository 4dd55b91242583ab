internal import Model

/// A database's path as SQLite takes it.
enum DatabaseName {
  /// The path of a database that is read and written; a URI where the path is not UTF-8, and could
  /// not be given as text.
  static func ordinary(_ file: PathBytes) -> String { file.exactText ?? uri(file) }

  /// A URI by which SQLite opens a file for reading, and with its log.
  static func readOnly(_ file: PathBytes) -> String { uri(file) + "?mode=ro" }

  /// A URI by which SQLite opens a file without its WAL and without a lock: for a medium that
  /// nobody can write to.
  static func immutable(_ file: PathBytes) -> String { uri(file) + "?immutable=1" }

  /// The path as a `file:` URI (RFC 8089; SQLite, "Uniform Resource Identifiers", percent-decoding).
  private static func uri(_ file: PathBytes) -> String {
    "file://"
      + file.bytes.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isPlain =
          scalar.isASCII
          && (scalar.properties.isAlphabetic || "/._-0123456789".unicodeScalars.contains(scalar))
        let digits = String(byte, radix: 16)
        return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + digits
      }.joined()
  }
}
