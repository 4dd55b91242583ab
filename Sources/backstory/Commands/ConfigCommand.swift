import ArgumentParser
import Configuration
import Host
import Model
import Presentation
import Rules

/// `backstory config`
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Checks and shows the configuration.",
    discussion: """
      backstory config check
      backstory config show --config /etc/backstory/backstory.toml
      backstory config keys
      """,
    subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self, ConfigKeysCommand.self])
}

/// `backstory config check`
struct ConfigCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reports everything that is wrong with the configuration.",
    discussion: """
      backstory config check
      backstory config check --config new.toml
      """)

  @OptionGroup var options: ConfigurationOptions

  mutating func run() throws {
    let settings: Settings
    do {
      settings = try options.settings()
    } catch let faults as ConfigurationFaults {
      for fault in faults.faults { Console.complain(fault.message) }
      throw ExitStatus.failed
    }
    let strangers = settings.strangeKinds
    for stranger in strangers { Console.complain(stranger) }
    if !strangers.isEmpty { throw ExitStatus.failed }
    guard let file = settings.file else {
      let place = try options.file()?.path.displayText ?? "your home"
      return Console.log(.info, "there is no configuration '\(place)'; the defaults apply")
    }
    for pool in settings.pools {
      for path in pool.paths + pool.viewers {
        guard let obstacle = Self.obstacle(at: path) else { continue }
        Console.log(.warning, "pool '\(pool.name)': \(obstacle)")
      }
    }
    try checkOutputs(settings)
    try checkQueries(settings)
    warnOfRules(settings)
    var wanted = MachineSources()
    for source in settings.machines {
      try wanted.add(source)
      guard let path = source.path, let obstacle = Self.obstacle(at: path) else { continue }
      Console.log(.warning, "machines '\(source.kind)': \(obstacle)")
    }
    Console.log(.info, "'\(file.displayText)' is good")
  }

  /// Says of rules that they mean nothing: their pool is none of the file's, or their day has come.
  private func warnOfRules(_ settings: Settings) {
    let pools = Set(settings.pools.map(\.name))
    let now = Clock.now() / 1_000_000
    for rule in settings.acknowledged + settings.kept {
      if let pool = rule.pool, !pools.isEmpty, !pools.contains(pool) {
        Console.log(
          .warning, "\(rule.origin.words): no [[pool]] is called '\(pool)'")
      }
      if let day = rule.until, day.start.milliseconds <= now {
        Console.log(
          .warning, "\(rule.origin.words): the rule expired on \(day.text)")
      }
    }
  }

  /// Refuses queries that no scan could ask.
  private func checkQueries(_ settings: Settings) throws {
    var isGood = true
    for setting in settings.queries {
      guard let fault = SavedQuery(setting).fault else { continue }
      Console.complain("\(setting.origin.words): query '\(setting.name)': \(fault)")
      isGood = false
    }
    if !isGood { throw ExitStatus.failed }
  }

  /// Refuses outputs that could not be written, by whoever asks or by the unit.
  private func checkOutputs(_ settings: Settings) throws {
    var isGood = true
    for key in [SettingKey.metrics, .report] {
      guard let path = settings.path(key) else { continue }
      guard let obstacle = OutputPlace(path).obstacle else { continue }
      Console.complain("\(settings.origin(key).words): \(key.path): \(obstacle)")
      isGood = false
    }
    if let path = settings.path(.metrics),
      !path.bytes.reversed().starts(with: ".prom".utf8.reversed())
    {
      let origin = settings.origin(.metrics).words
      Console.log(
        .warning,
        "\(origin): \(SettingKey.metrics.path): node_exporter reads only files that end in .prom")
    }
    if !isGood { throw ExitStatus.failed }
  }

  private static func obstacle(at path: PathBytes) -> String? {
    do throws(HostFault) {
      let status = try statusIfThere(ofPath: path, followingLink: true)
      return status == nil ? "'\(path.displayText)' does not exist" : nil
    } catch {
      return "'\(path.displayText)' cannot be read: \(error.reason)"
    }
  }
}

/// `backstory config show`
struct ConfigShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows every value in effect, and where it comes from.",
    discussion: """
      backstory config show
      backstory config show --output json
      """)

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let settings = try database.configuration.settings()
    let (file, origin) = try database.location()
    var lines = [
      EffectiveSetting(key: "database", value: SettingValue.path(file).written, from: origin.words)
    ]
    for key in SettingKey.all where key != .database {
      lines.append(
        EffectiveSetting(
          key: key.path, value: settings.value(key)?.written, from: settings.origin(key).words))
    }
    for pool in settings.pools {
      let parts = [
        "name": SettingValue.text(pool.name), "paths": .paths(pool.paths),
        "viewers": .paths(pool.viewers), "exclusive": .flag(pool.isExclusive),
      ]
      for (name, value) in parts.sorted(by: { $0.key < $1.key }) {
        lines.append(
          EffectiveSetting(key: "pool.\(name)", value: value.written, from: pool.origin.words))
      }
    }
    lines += Self.lines(of: settings.acknowledged, named: "acknowledge")
    lines += Self.lines(of: settings.kept, named: "keep")
    lines += settings.queries.flatMap { query in
      [
        ("name", SettingValue.text(query.name)), ("sql", .text(query.sql)),
        ("severity", .severity(query.severity)),
      ].map {
        EffectiveSetting(key: "query.\($0)", value: $1.written, from: query.origin.words)
      }
    }
    for source in settings.machines {
      lines.append(
        EffectiveSetting(
          key: "machines.kind", value: SettingValue.text(source.kind).written,
          from: source.origin.words))
      guard let path = source.path else { continue }
      lines.append(
        EffectiveSetting(
          key: "machines.path", value: SettingValue.path(path).written, from: source.origin.words))
    }
    try output.show(.settings(lines))
  }
}

extension ConfigShowCommand {
  private static func lines(of rules: [WordSetting], named name: String) -> [EffectiveSetting] {
    rules.flatMap { rule in
      [
        ("kind", rule.kind.map { SettingValue.text($0) }), ("path", rule.path.map { .text($0) }),
        ("pool", rule.pool.map { .text($0) }), ("reason", rule.reason.map { .text($0) }),
        ("until", rule.until.map { .day($0) }),
      ].compactMap { key, value in
        value.map {
          EffectiveSetting(key: "\(name).\(key)", value: $0.written, from: rule.origin.words)
        }
      }
    }
  }
}

/// `backstory config keys`
struct ConfigKeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Lists the keys of the configuration.",
    discussion: """
      backstory config keys
      backstory config keys --output json
      """)

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try output.show(
      .settingKeys(
        (SettingKey.all + SettingKey.ofPool + SettingKey.ofMachines + SettingKey.ofAcknowledge
          + SettingKey.ofKeep + SettingKey.ofQuery).map {
            SettingKeyDescription(
              key: $0.path, kind: $0.kind.words, fallback: $0.fallback?.written, summary: $0.summary
            )
          }))
  }
}

extension Origin {
  /// Where a value comes from, in words.
  var words: String {
    switch self {
    case .fallback: "default"
    case .file(let path, let line): "\(path.displayText):\(line)"
    case .environment(let name): "$" + name
    case .option(let name): name
    }
  }
}
