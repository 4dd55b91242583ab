internal import Model
public import Query

extension Report {
  /// The answer of `nights`, oldest first.
  public static func nights(_ nights: [Night]) -> Report {
    Report(list: nights) { try $0.nights($1) }
  }
}

extension Page {
  /// Nights, a line each, and how many of them were not as they should be.
  func nights(_ nights: [Night]) throws {
    guard !nights.isEmpty else { return try line("No scans.") }
    let table = Table(on: self, .number("SCAN"), .whole("TIME"), "STATE", .number("TOOK"), "NOTE")
    for night in nights {
      let took = night.milliseconds.map { HumanWords.duration(milliseconds: $0) } ?? ""
      let notes = (night.isSlow ? ["slow"] : []) + night.reasons
      try table.row(
        Piece(night.scan.map { "\($0)" } ?? "-"), Piece(HumanWords.time(night.time)),
        Piece(night.state.rawValue, night.state.tone), Piece(took, night.isSlow ? .warning : nil),
        Piece(notes.joined(separator: "; ")))
    }
    try table.finish()
    try gap()
    try line("\(nights.sumInWords)")
  }
}

extension [Night] {
  fileprivate var sumInWords: String {
    let scans = HumanWords.count(Int64(count { $0.scan != nil }), "scan")
    let parts = [
      (count { $0.state == .partial }, "partial"), (count { $0.state == .missed }, "missed"),
      (count { $0.isSlow }, "slow"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "\(scans), none missed" : ([scans] + parts).joined(separator: ", ")
  }
}

extension Night.State {
  fileprivate var tone: Style.Tone? {
    switch self {
    case .complete: nil
    case .partial: .warning
    case .missed: .error
    }
  }
}

extension Night: CSVRow {
  static let columns: [CSVColumn<Night>] = [
    CSVColumn("scan") { .number($0.scan) },
    CSVColumn("time") { .text($0.time.text) },
    CSVColumn("state") { .text($0.state.rawValue) },
    CSVColumn("seconds") { night in
      night.milliseconds.map { .number((Double($0) / 1000).description) } ?? .empty
    },
    CSVColumn("slow") { .flag($0.isSlow ? true : nil) },
    CSVColumn("reasons") { .list($0.reasons) },
  ]
}
