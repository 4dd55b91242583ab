internal import Model

extension SettingsReading {
  /// The rules of a list of tables: what is known, or is kept.
  mutating func readRules(
    _ value: DocumentValue, of keys: [SettingKey], in section: String
  ) -> [WordSetting] {
    tables(value, named: section).compactMap { readRule($0, of: keys, in: section, at: $1) }
  }

  private mutating func readRule(
    _ table: [String: DocumentValue], of keys: [SettingKey], in section: String,
    at steps: [TOMLDocument.Step]
  ) -> WordSetting? {
    let given = Dictionary(
      take(table, of: keys, in: section, at: steps).map { ($0.key.name, $0.value) },
      uniquingKeysWith: { first, _ in first })
    let describing = keys.map(\.name).filter { ["kind", "path", "pool"].contains($0) }
    guard describing.contains(where: { table[$0] != nil }) else {
      note(.ruleLacks(describing, in: section), at: steps)
      return nil
    }
    let text = { (name: String) -> String? in
      if case .text(let text) = given[name] { text } else { nil }
    }
    var until: Day?
    if case .day(let day) = given["until"] { until = day }
    return WordSetting(
      kind: text("kind"), path: text("path"), pool: text("pool"), reason: text("reason"),
      until: until, origin: origin(steps))
  }
}
