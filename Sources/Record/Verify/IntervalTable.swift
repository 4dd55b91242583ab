/// A table whose rows hold from one scan on until another; all of them, for the checks that are about intervals.
struct IntervalTable: Sendable {
  /// The table.
  let name: String
  /// The columns of which two rows may not hold at one time; `nil` where they may.
  let key: String?
  /// SQL that names a row.
  let subject: String
  /// Whether rows have a number of their own, and not the key and the scan from which they hold.
  private let isNumbered: Bool

  private init(_ name: String, by key: String?, _ subject: String, isNumbered: Bool = false) {
    self.name = name
    self.key = key
    self.subject = isNumbered ? subject : subject + " || ' from scan ' || from_scan"
    self.isNumbered = isNumbered
  }

  static let all = [
    IntervalTable("place", by: "directory, name", "'place of image ' || image"),
    IntervalTable(
      "alias", by: "directory, name",
      "'alias ' || CAST(name AS TEXT) || ' of directory ' || directory"),
    IntervalTable(
      "directory_state", by: "directory", "'directory_state of directory ' || directory"),
    IntervalTable("image_state", by: "image", "'image_state of image ' || image"),
    IntervalTable("file_state", by: "image", "'file_state of image ' || image"),
    IntervalTable("domain_state", by: "domain", "'domain_state of domain ' || domain"),
    IntervalTable(
      "reference", by: "holder, ordinal", "'reference ' || ordinal || ' of holder ' || holder"),
    IntervalTable("link", by: "holder, ordinal", "'link ' || ordinal || ' of holder ' || holder"),
    IntervalTable("unused", by: "image", "'unused of image ' || image"),
    IntervalTable(
      "foundation", by: "holder, ordinal", "'foundation ' || ordinal || ' of holder ' || holder"),
    IntervalTable(
      "victim", by: "holder, ordinal", "'victim ' || ordinal || ' of holder ' || holder"),
    IntervalTable(
      "want", by: "kind, key, holder, ordinal", "'want of ' || kind || ' by ' || holder"),
    IntervalTable("awaited", by: "image", "'awaited image ' || image"),
    IntervalTable("keep", by: "image", "'kept image ' || image"),
    IntervalTable("acknowledgement", by: "finding", "'acknowledged finding ' || finding"),
    IntervalTable("settlement", by: "finding", "'settled finding ' || finding"),
    IntervalTable("own_blocks", by: "image", "'own blocks of image ' || image"),
    IntervalTable(
      "holding", by: "pool, format", "'holding of ' || format || ' in pool ' || pool"),
    IntervalTable(
      "filesystem_state", by: "filesystem", "'room of file system ' || filesystem"),
    IntervalTable("finding", by: "kind, holder, ordinal", "'finding ' || id", isNumbered: true),
    IntervalTable("problem", by: nil, "'problem ' || id", isNumbered: true),
  ]

  /// Intervals that are empty, or end before they begin.
  static let empty = union {
    """
    SELECT \($0.subject) || ' until scan ' || until_scan FROM \($0.name)
    WHERE until_scan <= from_scan
    """
  }

  /// Intervals that begin or end with a scan that there never was.
  static let withoutScan = union {
    """
    SELECT \($0.subject) || coalesce(' until scan ' || until_scan, '') FROM \($0.name)
    WHERE from_scan NOT IN (SELECT id FROM scan)
      OR (until_scan IS NOT NULL AND until_scan NOT IN (SELECT id FROM scan))
    """
  }

  /// Two intervals of one thing that hold at the same time: of each two, the later. Where the key and the scan are the
  /// primary key, the one before is the next in it; nothing has to be sorted, and most rows are of the first scan and
  /// have none before them.
  static let overlapping = union { table in
    table.key.map { key in
      table.isNumbered
        ? """
        SELECT \(table.subject) FROM (
          SELECT *, lag(coalesce(until_scan, \(Int64.max))) OVER (
              PARTITION BY \(key) ORDER BY from_scan) AS before_until
          FROM \(table.name))
        WHERE before_until > from_scan
        """
        : """
        SELECT \(table.subject) FROM \(table.name) AS later
        WHERE from_scan > (SELECT min(from_scan) FROM \(table.name)) AND (
          SELECT coalesce(until_scan, \(Int64.max)) FROM \(table.name) AS earlier
          WHERE \(table.isSameKey) AND earlier.from_scan < later.from_scan
          ORDER BY earlier.from_scan DESC LIMIT 1) > from_scan
        """
    }
  }

  /// SQL that says that two rows, `earlier` and `later`, are of one thing.
  private var isSameKey: String {
    (key ?? "").split(separator: ", ").map { "earlier.\($0) IS later.\($0)" }
      .joined(separator: " AND ")
  }

  private static func union(_ query: (IntervalTable) -> String?) -> String {
    all.compactMap(query).joined(separator: "\nUNION ALL\n")
  }
}
