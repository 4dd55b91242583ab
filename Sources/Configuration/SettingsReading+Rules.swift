internal import Model

extension SettingsReading {
  /// The rules of a list of tables: what is known, or is kept.
  mutating func readRules(
    _ value: DocumentValue, of keys: [SettingKey], in section: String
  ) -> [WordSetting] {
    guard case .list(let list) = value else {
      note(.isNoList(section), at: [.key(section)])
      return []
    }
    var rules: [WordSetting] = []
    for (index, element) in list.enumerated() where !isFull {
      let steps: [TOMLDocument.Step] = [.key(section), .index(index)]
      guard case .table(let table) = element else {
        note(.isNoList(section), at: steps)
        continue
      }
      if let rule = readRule(table, of: keys, in: section, at: steps) { rules.append(rule) }
    }
    return rules
  }

  private mutating func readRule(
    _ table: [String: DocumentValue], of keys: [SettingKey], in section: String,
    at steps: [TOMLDocument.Step]
  ) -> WordSetting? {
    var given: [String: SettingValue] = [:]
    for (name, value) in table.sorted(by: { $0.key < $1.key }) {
      let here = steps + [.key(name)]
      guard let key = keys.first(where: { $0.name == name }) else {
        let nearest = NearestWord.to(name, in: keys.map(\.name))
        note(.unknownKey("\(section).\(name)", nearest: nearest), at: here)
        continue
      }
      given[name] = take(value, as: key, at: here)
    }
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
      until: until, origin: .file(file, line: document.line(of: steps) ?? 1))
  }
}
