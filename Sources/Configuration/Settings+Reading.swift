public import Model

extension Settings {
  /// Reads the text of a configuration.
  /// - Throws: everything that is wrong with it.
  public init(parsing text: String, file: PathBytes) throws(ConfigurationFaults) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(parsing: text)
    } catch {
      throw ConfigurationFaults([ConfigurationFault(error, file: file)])
    }
    var reading = SettingsReading(document, file: file)
    reading.read()
    if !reading.faults.isEmpty { throw ConfigurationFaults(reading.faults) }
    self.init(
      file: file, pools: reading.pools, machines: reading.machines,
      acknowledged: reading.acknowledged, kept: reading.kept, queries: reading.queries,
      values: reading.values)
  }
}

extension ConfigurationFault {
  fileprivate init(_ fault: TOMLFault, file: PathBytes) {
    switch fault {
    case .tooDeep(let line):
      self.init(.tooDeep(limit: TOMLOutline.limit), file: file, line: line)
    case .syntax(let detail, let line, let column):
      self.init(.syntax(detail: detail, column: column), file: file, line: line)
    }
  }
}

/// Goes through a document once and takes what it says, or what is wrong with it.
struct SettingsReading {
  /// The most faults that are reported at once.
  private static let faultLimit = 20

  private(set) var pools: [PoolSetting] = []
  private(set) var acknowledged: [WordSetting] = []
  private(set) var kept: [WordSetting] = []
  private(set) var machines: [MachineSetting] = []
  private(set) var queries: [QuerySetting] = []
  private(set) var values: [SettingKey: Settings.Held] = [:]
  private(set) var faults: [ConfigurationFault] = []

  let document: TOMLDocument
  let file: PathBytes

  init(_ document: TOMLDocument, file: PathBytes) {
    self.document = document
    self.file = file
  }

  mutating func read() {
    let sections = Set(SettingKey.all.map(\.section))
    for (name, value) in document.root.sorted(by: { $0.key < $1.key }) where !isFull {
      if name == "pool" {
        pools = tables(value, named: name).compactMap { readPool($0, at: $1) }
      } else if name == "acknowledge" {
        acknowledged = readRules(value, of: SettingKey.ofAcknowledge, in: name)
      } else if name == "keep" {
        kept = readRules(value, of: SettingKey.ofKeep, in: name)
      } else if name == "machines" {
        machines = tables(value, named: name).compactMap { readMachines($0, at: $1) }
      } else if name == "query" {
        queries = tables(value, named: name).compactMap { readQuery($0, at: $1) }
      } else if !name.isEmpty, sections.contains(name) {
        readSection(name, value)
      } else {
        read(name, value, section: "", at: [.key(name)])
      }
    }
    checkPools()
    checkQueries()
    checkRetention()
    checkStaleness()
  }

  /// Whether nothing more is told, and so nothing more is looked for.
  var isFull: Bool { faults.count > Self.faultLimit }

  private mutating func readSection(_ section: String, _ value: DocumentValue) {
    guard case .table(let table) = value else {
      return note(.unknownKey(section, nearest: "[\(section)]"), at: [.key(section)])
    }
    for (name, value) in table.sorted(by: { $0.key < $1.key }) where !isFull {
      read(name, value, section: section, at: [.key(section), .key(name)])
    }
  }

  private mutating func read(
    _ name: String, _ value: DocumentValue, section: String, at steps: [TOMLDocument.Step]
  ) {
    guard let key = SettingKey.all.first(where: { $0.section == section && $0.name == name })
    else {
      let path = section.isEmpty ? name : section + "." + name
      return note(.unknownKey(path, nearest: Self.nearest(to: name, in: section)), at: steps)
    }
    guard let taken = take(value, as: key, at: steps) else { return }
    values[key] = Settings.Held(value: taken, line: document.line(of: steps) ?? 1)
  }

  /// A key of the same table, a table, or a key of the same name in another table.
  private static func nearest(to name: String, in section: String) -> String? {
    let here = SettingKey.all.filter { $0.section == section }
    let lists = ["pool", "machines", "acknowledge", "keep", "query"]
    let sections = section.isEmpty ? Set(SettingKey.all.map(\.section)).union(lists) : []
    let words = here.map(\.name) + sections.filter { !$0.isEmpty }.sorted()
    if let word = NearestWord.to(name, in: words) {
      if lists.contains(word), section.isEmpty { return "[[\(word)]]" }
      if sections.contains(word) { return "[\(word)]" }
      return section.isEmpty ? word : section + "." + word
    }
    return SettingKey.all.first { $0.name == name }?.path
  }

  mutating func note(
    _ problem: ConfigurationFault.Problem, at steps: [TOMLDocument.Step]
  ) {
    guard hasRoom() else { return }
    faults.append(ConfigurationFault(problem, file: file, line: document.line(of: steps)))
  }

  /// Whether one more fault is told; that there are more is one as well.
  private mutating func hasRoom() -> Bool {
    if faults.count == Self.faultLimit { faults.append(ConfigurationFault(.more, file: file)) }
    return faults.count < Self.faultLimit
  }
}

extension SettingsReading {
  /// The tables of a list of them, each with where it stands.
  mutating func tables(
    _ value: DocumentValue, named section: String
  ) -> [([String: DocumentValue], [TOMLDocument.Step])] {
    guard case .list(let list) = value else {
      note(.isNoList(section), at: [.key(section)])
      return []
    }
    var tables: [([String: DocumentValue], [TOMLDocument.Step])] = []
    for (index, element) in list.enumerated() where !isFull {
      let steps: [TOMLDocument.Step] = [.key(section), .index(index)]
      if case .table(let table) = element {
        tables.append((table, steps))
      } else {
        note(.isNoList(section), at: steps)
      }
    }
    return tables
  }

  /// What one of these tables says, by its keys.
  mutating func take(
    _ table: [String: DocumentValue], of keys: [SettingKey], in section: String,
    at steps: [TOMLDocument.Step]
  ) -> [SettingKey: SettingValue] {
    var given: [SettingKey: SettingValue] = [:]
    for (name, value) in table.sorted(by: { $0.key < $1.key }) {
      let here = steps + [.key(name)]
      guard let key = keys.first(where: { $0.name == name }) else {
        let nearest = NearestWord.to(name, in: keys.map(\.name))
        note(.unknownKey("\(section).\(name)", nearest: nearest), at: here)
        continue
      }
      given[key] = take(value, as: key, at: here)
    }
    return given
  }

  /// Where a table stands.
  func origin(_ steps: [TOMLDocument.Step]) -> Origin {
    .file(file, line: document.line(of: steps) ?? 1)
  }

  private mutating func readPool(
    _ table: [String: DocumentValue], at steps: [TOMLDocument.Step]
  ) -> PoolSetting? {
    let given = take(table, of: SettingKey.ofPool, in: "pool", at: steps)
    for (lack, isThere) in [
      ("name", table["name"] != nil), ("path", table["path"] != nil || table["paths"] != nil),
    ] where !isThere {
      note(.lacks("pool", lack), at: steps)
      return nil
    }
    var paths: [PathBytes] = []
    if case .path(let path) = given[.poolPath] { paths.append(path) }
    if case .paths(let more) = given[.poolPaths] { paths += more }
    guard case .text(let name) = given[.poolName], !paths.isEmpty else { return nil }
    var seenAs: [PathBytes] = []
    if case .paths(let given) = given[.poolSeenAs] { seenAs = given }
    var viewers: [PathBytes] = []
    if case .paths(let given) = given[.poolViewers] { viewers = given }
    let isExclusive = given[.poolExclusive] == .flag(true)
    if isExclusive, !viewers.isEmpty {
      note(.contradiction("viewers", "exclusive = true"), at: steps + [.key("exclusive")])
    }
    return PoolSetting(
      name: name, paths: paths, seenAs: seenAs, viewers: viewers, isExclusive: isExclusive,
      origin: origin(steps))
  }

  private mutating func readMachines(
    _ table: [String: DocumentValue], at steps: [TOMLDocument.Step]
  ) -> MachineSetting? {
    let given = take(table, of: SettingKey.ofMachines, in: "machines", at: steps)
    guard table["kind"] != nil else {
      note(.lacks("machines", "kind"), at: steps)
      return nil
    }
    guard case .text(let kind) = given[.machinesKind] else { return nil }
    var path: PathBytes?
    if case .path(let given) = given[.machinesPath] { path = given }
    return MachineSetting(kind: kind, path: path, origin: origin(steps))
  }

  private mutating func readQuery(
    _ table: [String: DocumentValue], at steps: [TOMLDocument.Step]
  ) -> QuerySetting? {
    let given = take(table, of: SettingKey.ofQuery, in: "query", at: steps)
    for lack in ["name", "sql"] where table[lack] == nil {
      note(.lacks("query", lack), at: steps)
      return nil
    }
    guard case .text(let name) = given[.queryName], case .text(let sql) = given[.querySQL],
      case .severity(let severity) = given[.querySeverity] ?? .severity(.warning)
    else { return nil }
    return QuerySetting(name: name, sql: sql, severity: severity, origin: origin(steps))
  }

  private mutating func checkPools() {
    var names: Set<String> = []
    var paths: Set<PathBytes> = []
    for pool in pools {
      guard case .file(_, let line) = pool.origin else { continue }
      let twice =
        names.insert(pool.name).inserted ? [] : ["the name '\(pool.name)'"]
      let again = pool.paths.filter { !paths.insert($0).inserted }
      for what in twice + again.map({ "the path '\($0.displayText)'" }) where hasRoom() {
        faults.append(ConfigurationFault(.poolTwice(what), file: file, line: line))
      }
    }
  }

  private mutating func checkQueries() {
    var names: Set<String> = []
    for query in queries where !names.insert(query.name).inserted && hasRoom() {
      guard case .file(_, let line) = query.origin else { continue }
      faults.append(ConfigurationFault(.queryTwice(query.name), file: file, line: line))
    }
  }

  /// To keep nothing at all is what somebody means who wants to keep everything.
  private mutating func checkRetention() {
    let given: [SettingKey] = [.keepLast, .keepDaily, .keepWeekly, .keepMonthly]
      .filter { values[$0] != nil }
    guard let first = given.first, given.allSatisfy({ values[$0]?.value == .number(0) }) else {
      return
    }
    note(
      .contradiction("[retention]", "to keep no scan at all"),
      at: [.key(first.section), .key(first.name)])
  }

  private mutating func checkStaleness() {
    let settings = Settings(file: file, pools: [], machines: [], values: values)
    guard let warning = settings.age(.staleWarning), let critical = settings.age(.staleCritical),
      warning.milliseconds > critical.milliseconds
    else { return }
    let key: SettingKey = values[.staleWarning] == nil ? .staleCritical : .staleWarning
    note(
      .contradiction(
        "stale-warning = \"\(warning.text)\"", "stale-critical = \"\(critical.text)\""),
      at: [.key(key.section), .key(key.name)])
  }
}

extension SettingsReading {
  /// A value as a key has it; what is wrong with it is noted.
  mutating func take(
    _ value: DocumentValue, as key: SettingKey, at steps: [TOMLDocument.Step]
  ) -> SettingValue? {
    if let taken = Self.value(value, of: key.kind) { return taken }
    let (found, place) = Self.wrongOne(value, key.kind, steps)
    note(.wrongKind(key.path, expected: key.kind, found: found.words), at: place)
    return nil
  }

  /// The value that does not fit: an element of a list, or the value itself.
  private static func wrongOne(
    _ value: DocumentValue, _ kind: SettingKind, _ steps: [TOMLDocument.Step]
  ) -> (DocumentValue, [TOMLDocument.Step]) {
    guard case .list(let list) = value, [.paths, .texts, .addresses].contains(kind) else {
      return (value, steps)
    }
    let wrong = list.enumerated().first { self.value(.list([$0.element]), of: kind) == nil }
    return wrong.map { ($0.element, steps + [.index($0.offset)]) } ?? (value, steps)
  }

  private static func value(_ value: DocumentValue, of kind: SettingKind) -> SettingValue? {
    switch (kind, value) {
    case (.path, .text(let text)): path(text).map { .path($0) }
    case (.paths, .list(let list)): all(list) { path($0) }.map { .paths($0) }
    case (.text, .text(let text)): text.isEmpty ? nil : .text(text)
    case (.texts, .list(let list)): all(list) { $0.isEmpty ? nil : $0 }.map { .texts($0) }
    case (.addresses, .list(let list)): all(list) { address($0) }.map { .texts($0) }
    case (.number(let range), .number(let number)):
      range.contains(number) ? .number(number) : nil
    case (.flag, .flag(let flag)): .flag(flag)
    case (.age, .text(let text)): Age(text).map { .age($0) }
    case (.day, .text(let text)): Day(text).map { .day($0) }
    case (.severity, .text(let text)): Severity(rawValue: text).map { .severity($0) }
    default: nil
    }
  }

  /// One address: nothing that a header of mail, or a program's options, would take for something else.
  private static func address(_ text: String) -> String? {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value < 0x7f && !",;<>()'".unicodeScalars.contains($0)
    }
    return isPlain && !text.isEmpty && !text.hasPrefix("-") ? text : nil
  }

  private static func path(_ text: String) -> PathBytes? {
    text.hasPrefix("/") ? PathBytes(text.utf8).normal : nil
  }

  private static func all<Value>(
    _ list: [DocumentValue], _ read: (String) -> Value?
  ) -> [Value]? {
    var values: [Value] = []
    for element in list {
      guard case .text(let text) = element, let value = read(text) else { return nil }
      values.append(value)
    }
    return values
  }
}
