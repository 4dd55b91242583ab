public import Model

/// Where a value comes from.
public enum Origin: Hashable, Sendable {
  /// Nobody said anything.
  case fallback
  /// A configuration's file, and the line in it.
  case file(PathBytes, line: Int)
  /// An environment variable.
  case environment(String)
  /// An option of the command line.
  case option(String)
}

/// A pool that a configuration names.
public struct PoolSetting: Hashable, Sendable {
  /// The pool's name.
  public let name: String
  /// Its directories, in the file's order; at least one.
  public let paths: [PathBytes]
  /// Where machines see it.
  public let seenAs: [PathBytes]
  /// Directories of domain XML of the hosts that use it.
  public let viewers: [PathBytes]
  /// Whether no other host uses it.
  public let isExclusive: Bool
  /// Where it stands.
  public let origin: Origin
}

/// A rule of a configuration: findings that are known, or images that are kept.
public struct WordSetting: Hashable, Sendable {
  /// The kind of the findings, as it is written.
  public let kind: String?
  /// A pattern for the images.
  public let path: String?
  /// The name of their pool.
  public let pool: String?
  /// Why.
  public let reason: String?
  /// The day on which it ends.
  public let until: Day?
  /// Where it stands.
  public let origin: Origin
}

/// A source of machines that a configuration names.
public struct MachineSetting: Hashable, Sendable {
  /// Its kind; which there are this room does not know.
  public let kind: String
  /// What is read; `nil`: what is usual for the kind.
  public let path: PathBytes?
  /// Where it stands.
  public let origin: Origin
}

/// A query of a configuration that every scan asks.
public struct QuerySetting: Hashable, Sendable {
  /// What it is called.
  public let name: String
  /// One statement that reads.
  public let sql: String
  /// How bad its findings are.
  public let severity: Severity
  /// Where it stands.
  public let origin: Origin
}

/// What a configuration says, with where it says so.
public struct Settings: Hashable, Sendable {
  /// The file that was read; `nil` where there is none.
  public let file: PathBytes?
  /// The pools, in the file's order.
  public let pools: [PoolSetting]
  /// Findings that are known, in the file's order.
  public let acknowledged: [WordSetting]
  /// Images that are kept, in the file's order.
  public let kept: [WordSetting]
  /// The sources of machines, in the file's order.
  public let machines: [MachineSetting]
  /// What every scan asks, in the file's order.
  public let queries: [QuerySetting]
  private let values: [SettingKey: Held]

  struct Held: Hashable, Sendable {
    let value: SettingValue
    let line: Int
  }

  /// The settings of somebody who configured nothing.
  public init() { self.init(file: nil, pools: [], machines: [], values: [:]) }

  init(
    file: PathBytes?, pools: [PoolSetting], machines: [MachineSetting],
    acknowledged: [WordSetting] = [], kept: [WordSetting] = [], queries: [QuerySetting] = [],
    values: [SettingKey: Held]
  ) {
    self.file = file
    self.pools = pools
    self.machines = machines
    self.acknowledged = acknowledged
    self.kept = kept
    self.queries = queries
    self.values = values
  }

  /// What holds for a key: what the file says, else its fallback.
  public func value(_ key: SettingKey) -> SettingValue? { values[key]?.value ?? key.fallback }

  /// Where that comes from.
  public func origin(_ key: SettingKey) -> Origin {
    guard let file, let held = values[key] else { return .fallback }
    return .file(file, line: held.line)
  }
}

extension Settings {
  /// A path.
  public func path(_ key: SettingKey) -> PathBytes? {
    if case .path(let path) = value(key) { path } else { nil }
  }

  /// Paths; empty where nothing is said.
  public func paths(_ key: SettingKey) -> [PathBytes] {
    if case .paths(let paths) = value(key) { paths } else { [] }
  }

  /// Texts; empty where nothing is said.
  public func texts(_ key: SettingKey) -> [String] {
    if case .texts(let texts) = value(key) { texts } else { [] }
  }

  /// A number.
  public func number(_ key: SettingKey) -> Int64? {
    if case .number(let number) = value(key) { number } else { nil }
  }

  /// Whether something is wanted.
  public func flag(_ key: SettingKey) -> Bool {
    if case .flag(let flag) = value(key) { flag } else { false }
  }

  /// A length of time.
  public func age(_ key: SettingKey) -> Age? {
    if case .age(let age) = value(key) { age } else { nil }
  }

  /// A text.
  public func text(_ key: SettingKey) -> String? {
    if case .text(let text) = value(key) { text } else { nil }
  }

  /// Which scans wait for a centre; `nil` where there is none.
  public var unsent: UnsentScans? {
    guard let destination = text(.fleetDestination), let limit = age(.keepUnsent) else {
      return nil
    }
    return UnsentScans(destination: destination, limit: limit)
  }

  /// Which scans are kept; `nil` where nothing says so, and then all are.
  public var retention: RetentionPolicy? {
    var policy = RetentionPolicy()
    // A count above Int.max keeps everything, and so does Int.max.
    policy.last = Int(clamping: number(.keepLast) ?? 0)
    policy.daily = Int(clamping: number(.keepDaily) ?? 0)
    policy.weekly = Int(clamping: number(.keepWeekly) ?? 0)
    policy.monthly = Int(clamping: number(.keepMonthly) ?? 0)
    return policy.keepsAnything ? policy : nil
  }
}
