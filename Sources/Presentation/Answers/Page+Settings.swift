public import Configuration
public import Model

extension Report {
  /// The answer of `config show`.
  public static func settings(_ settings: [EffectiveSetting]) -> Report {
    Report(list: settings) { page, settings in
      let table = Table(on: page, "KEY", "VALUE", "FROM")
      for one in settings {
        try table.row(Piece(one.key), Piece(one.value ?? "-"), Piece(one.from))
      }
      try table.finish()
    }
  }

  /// The answer of `config keys`.
  public static func settingKeys(_ keys: [SettingKeyDescription]) -> Report {
    Report(list: keys) { page, keys in
      for key in keys {
        try page.line(Piece(key.key, .heading))
        let usual = key.fallback.map { "; else \($0)" } ?? ""
        try page.paragraph("\(key.summary); \(key.kind)\(usual).", indent: 2)
      }
    }
  }
}

extension EffectiveSetting: CSVRow {
  static var columns: [CSVColumn<EffectiveSetting>] {
    [
      CSVColumn("key") { .text($0.key) }, CSVColumn("value") { .text($0.value) },
      CSVColumn("from") { .text($0.from) },
    ]
  }
}

extension SettingKeyDescription: CSVRow {
  static var columns: [CSVColumn<SettingKeyDescription>] {
    [
      CSVColumn("key") { .text($0.key) }, CSVColumn("kind") { .text($0.kind) },
      CSVColumn("default") { .text($0.fallback) }, CSVColumn("summary") { .text($0.summary) },
    ]
  }
}

extension ScanResult {
  /// What a scan came to in one line, for a log.
  public var summaryLine: String {
    let took = HumanWords.duration(
      milliseconds: scan.finished.milliseconds.subtractingReportingOverflow(
        scan.started.milliseconds
      ).partialValue)
    let changes = scan.counts.changesInWords
    return "scan \(scan.number) \(scan.state.rawValue): "
      + HumanWords.count(scan.counts.images, "image") + " in "
      + HumanWords.count(Int64(pools.count), "pool") + ", \(took); "
      + (changes.isEmpty ? "nothing changed" : changes.joined(separator: ", ")) + "; "
      + HumanWords.count(openFindings, "finding") + " open, "
      + "\(HumanWords.number(openedFindings)) new, \(HumanWords.number(closedFindings)) closed"
  }
}
