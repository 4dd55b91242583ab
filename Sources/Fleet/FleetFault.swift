/// Why the fleet could not do what was asked. Every case becomes one sentence for the user.
public enum FleetFault: Error, Hashable, Sendable {
  /// The server cannot be reached, or let nobody in; `detail` is libpq's own text.
  case noServer(detail: String)
  /// The connection goes over a network without TLS.
  case insecure(host: String)
  /// The role may do everything, and is not to do this.
  case superuser(role: String, doing: String)
  /// The database has no tables of ours.
  case noFleet
  /// The database has tables of ours already.
  case madeAlready
  /// The tables are older than this program.
  case olderSchema(version: Int64)
  /// The tables are newer than this program.
  case newerSchema(version: Int64)
  /// The role may not do that; the server's own text.
  case forbidden(detail: String)
  /// What was sent is not taken, in a sentence; nothing was changed.
  case refused(String)
  /// What was sent stands on another scan than the last that the fleet has, in a sentence; with the token of that scan, in
  /// hexadecimal digits, where it has one.
  case outOfOrder(String, expected: String?)
  /// What was sent is no bundle that could be taken, in a half sentence.
  case badBundle(String)
  /// A name that no host has.
  case unknownHost(String, nearest: String?)
  /// A name that no storage has.
  case unknownStorage(String, nearest: String?)
  /// A number or path of no image.
  case unknownImage(String)
  /// The query of `sql` cannot be run; the server's own text.
  case badQuery(String)
  /// The server said something else.
  case server(code: String, detail: String)
}

extension FleetFault {
  /// What happened, to what, and what to do.
  public var message: String {
    switch self {
    case .noServer(let detail):
      "cannot reach the fleet's database: \(detail); name it with --connect, $BACKSTORY_FLEET or 'database' in [fleet]"
    case .insecure(let host):
      "the connection to '\(host)' is not encrypted; add sslmode=verify-full to the connection"
    case .superuser(let role, let doing):
      "'\(role)' is a superuser of the server, and \(doing) needs none; connect as a role that owns the tables, or was "
        + "granted backstory_importer or backstory_reader"
    case .noFleet:
      "the database holds no fleet; run 'backstory-fleet init' as the role that is to own it"
    case .madeAlready:
      "the database holds a fleet already; 'backstory-fleet migrate' brings it up to date"
    case .olderSchema(let version):
      "the fleet's tables are of version \(version), older than this program; run 'backstory-fleet migrate'"
    case .newerSchema(let version):
      "the fleet's tables are of version \(version), newer than this program; upgrade backstory-fleet"
    case .forbidden(let detail):
      "the server does not let this role do that (\(detail)); grant it backstory_importer or backstory_reader"
    case .refused(let sentence), .outOfOrder(let sentence, _): sentence
    case .badBundle(let detail):
      "it is no bundle that can be taken: \(detail); nothing was changed"
    case .unknownHost(let name, let nearest):
      "there is no host '\(name)' in the fleet"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; 'backstory-fleet hosts' lists them")
    case .unknownStorage(let name, let nearest):
      "there is no storage '\(name)'; "
        + (nearest.map { "did you mean '\($0)'?" }
          ?? "'backstory-fleet storage list' has the identity of each")
    case .unknownImage(let name):
      "the fleet knows no image '\(name)'; give a path, or shared# and its number"
    case .badQuery(let detail): "the query cannot be run: \(detail)"
    case .server(let code, let detail):
      "the fleet's database refused: \(detail) (\(code)); nothing was changed"
    }
  }
}
