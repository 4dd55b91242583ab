internal import DiskImage
public import Model
public import Query

extension Report {
  /// The answer of `uses`, as of a scan: who uses an image, or what a machine uses.
  public static func uses(_ uses: [ImageUse], isOfMachine: Bool, now: ScanPoint) -> Report {
    Report(list: uses) { try $0.uses($1, isOfMachine: isOfMachine, now: now) }
  }
}

extension Page {
  /// Uses, those that last first.
  func uses(_ uses: [ImageUse], isOfMachine: Bool, now: ScanPoint) throws {
    guard !uses.isEmpty else {
      return try line(
        "\(isOfMachine ? "It uses nothing" : "Nothing is known to have used it")" + Piece.asOf(now))
    }
    for use in uses {
      try line(
        Piece(use.until == nil ? "uses  " : "used  ", use.until == nil ? .good : .faint),
        Piece(use.subject(isOfMachine: isOfMachine), .heading),
        Piece("  \(use.role.rawValue)\(use.target.map { " \($0)" } ?? "")"))
      let end = use.until.map { " until before \(HumanWords.point($0))" } ?? ""
      try labelled("since", HumanWords.point(use.since) + end, indent: 6)
      if let last = use.running.last {
        let nights = HumanWords.count(Int64(use.running.count), "time")
        try labelled("ran", "\(nights), last in \(HumanWords.point(last.last))", indent: 6)
      } else {
        try labelled("ran", "in no scan", indent: 6)
      }
    }
    guard !isOfMachine, !uses.contains(where: { $0.until == nil }), let last = uses.first?.until
    else { return }
    try gap()
    try line("\("Unused since \(HumanWords.point(last)).")")
  }
}

extension ImageUse {
  /// Who uses it, or what is used.
  fileprivate func subject(isOfMachine: Bool) -> String {
    if !isOfMachine, let domain { return "machine '\(domain)'" }
    let path = filename.map { TerminalText.escaped($0) } ?? ""
    return path + (imageID.map { " (#\($0))" } ?? "")
  }
}

extension ImageUse: CSVRow {
  static let columns: [CSVColumn<ImageUse>] =
    [CSVColumn("domain") { .text($0.domain) }]
    + CSVColumn.path("filename") { $0.filename }
    + [
      CSVColumn("image-id") { .number($0.imageID) },
      CSVColumn("role") { .text($0.role.rawValue) },
      CSVColumn("target") { .text($0.target) },
    ]
    + CSVColumn.point("since") { $0.since }
    + CSVColumn.point("until") { $0.until }
    + [
      CSVColumn("running") {
        .list($0.running.map { "\($0.first.time.text)/\($0.last.time.text)" })
      }
    ]
}
