public import Model

/// Why the database could not do what was asked. Every case becomes one sentence for the user.
public enum StoreFault: Error, Hashable, Sendable {
  /// There is no file at the path.
  case noDatabase(PathBytes)
  /// The file is there and is no database of SQLite's.
  case notADatabase(PathBytes)
  /// The file is a database of another program.
  case foreignDatabase(PathBytes)
  /// A newer program wrote the database; `migration` is the first that this program lacks.
  case newerSchema(PathBytes, migration: String)
  /// The database was made by an older program and has to be brought up to date by a scan.
  case olderSchema(PathBytes)
  /// The database is damaged.
  case damaged(PathBytes, detail: String)
  /// There is no room for what was to be written; nothing was changed.
  case full(PathBytes)
  /// The file could not be read, or not be written, and nothing was changed; `detail` is SQLite's own text.
  case failing(PathBytes, detail: String)
  /// A scan was written, or was not; the file cannot be asked.
  case unsettled(PathBytes, scan: Int64, detail: String)
  /// The system or SQLite refused; `detail` is its own text.
  case refused(PathBytes, detail: String)
  /// A first scan was killed while it made the database; the next scan puts back what was there.
  case halfMade(PathBytes)
  /// No scan has been finished yet.
  case noScan(PathBytes)
  /// WHEN names no scan.
  case unknownScan(String)
  /// IMAGE names nothing that the scan knows.
  case unknownImage(String, scan: Int64)
  /// IMAGE names what an earlier scan was the last to know.
  case vanishedImage(String, scan: Int64, lastSeen: Int64)
  /// A name or UUID of no domain that the scan knows.
  case unknownDomain(String, scan: Int64)
  /// A name that several domains have.
  case ambiguousDomain(String)
  /// A pool's name that the scan does not know.
  case unknownPool(String)
  /// A path from which no machine is known.
  case unknownSource(PathBytes)
  /// A number of no cause that is open.
  case unknownCause(Int64, scan: Int64)
  /// A name that several pools have.
  case ambiguousPool(String)
  /// A name that another pool has already.
  case poolNameTaken(String)
  /// A person's word is about nothing that is there; in a sentence, with the remedy.
  case nothingMeant(String)
  /// The query of `sql` is not one that may be run; `detail` is SQLite's own text.
  case badQuery(String)
  /// The scan was told to stop.
  case interrupted
}

extension StoreFault {
  /// Why, without the subject and without what it means.
  public var reason: String {
    switch self {
    case .full: "the disk is full"
    case .failing(_, let detail): "its file system refuses (\(detail)), or is full"
    case .refused(_, let detail): detail
    default: message
    }
  }

  /// The fault as a sentence: the problem first, the subject in quotes, then the remedy.
  public var message: String {
    switch self {
    case .noDatabase(let path):
      "there is no database '\(path.displayText)'; run 'backstory scan' first, or name one with --db"
    case .notADatabase(let path):
      "'\(path.displayText)' is not a database; it was not changed, name another with --db"
    case .foreignDatabase(let path):
      "'\(path.displayText)' is a database of another program; it was not changed, name another with --db"
    case .newerSchema(let path, let migration):
      "'\(path.displayText)' was written by a newer backstory (it has \(migration)); "
        + "it was not changed, upgrade this program"
    case .olderSchema(let path):
      "'\(path.displayText)' was written by an older backstory; run 'backstory scan' to upgrade it"
    case .damaged(let path, let detail):
      "'\(path.displayText)' is damaged (\(detail)); it was not changed, restore a copy or recover it with sqlite3's .recover"
    case .full(let path), .failing(let path, _):
      "cannot use the database '\(path.displayText)': \(reason); nothing was changed"
    case .unsettled(let path, let scan, let detail):
      "cannot tell whether scan \(scan) was written to '\(path.displayText)' (\(detail)); "
        + "see 'backstory scans'"
    case .refused(let path, let detail):
      "cannot use the database '\(path.displayText)': \(detail)"
    case .halfMade(let path):
      "the first scan was killed while it wrote to '\(path.displayText)'; run 'backstory scan' again"
    case .noScan(let path):
      "the database '\(path.displayText)' holds no scan yet; run 'backstory scan' first"
    case .unknownScan(let text):
      "there is no scan '\(text)'; 'backstory scans' lists them"
    case .unknownImage(let text, let scan):
      "scan \(scan) knows no image '\(text)'; 'backstory list' shows those it knows"
    case .vanishedImage(let text, let scan, let lastSeen):
      "scan \(scan) knows no image '\(text)'; scan \(lastSeen) was the last that did, "
        + "ask with --at \(lastSeen), or see 'backstory history'"
    case .unknownDomain(let name, let scan):
      "scan \(scan) knows no domain '\(name)'; give its name or UUID, and scan with --libvirt"
    case .ambiguousDomain(let name):
      "there are several domains '\(name)'; name one by its UUID"
    case .unknownPool(let name):
      "there is no pool '\(name)'; 'backstory pools' lists them"
    case .unknownSource(let path):
      "no machine is known from '\(path.displayText)'; 'backstory machines --output json' has the file of each"
    case .unknownCause(let number, let scan):
      "no cause \(number) is open in scan \(scan); 'backstory status' lists those that are"
    case .ambiguousPool(let name):
      "there are several pools '\(name)'; name one by its path"
    case .poolNameTaken(let name):
      "there is a pool '\(name)' already; give another name"
    case .nothingMeant(let sentence): sentence
    case .badQuery(let detail):
      "the query cannot be run: \(detail)"
    case .interrupted:
      "interrupted; the database is as it was before"
    }
  }
}
