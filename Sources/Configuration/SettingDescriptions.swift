/// A value of the configuration that holds; an element of `config show`.
public struct EffectiveSetting: Encodable, Hashable, Sendable {
  /// `section.name`.
  public var key: String
  /// The value as it is written in the file; `nil` where there is none.
  public var value: String?
  /// `default`, a file and its line, a variable, or an option.
  public var from: String

  /// A value that holds.
  public init(key: String, value: String?, from: String) {
    self.key = key
    self.value = value
    self.from = from
  }
}

/// A key that a configuration may have; an element of `config keys`.
public struct SettingKeyDescription: Encodable, Hashable, Sendable {
  /// `section.name`.
  public var key: String
  /// What it may hold, in words.
  public var kind: String
  /// What holds where it is not given.
  public var fallback: String?
  /// What it is for.
  public var summary: String

  /// The contract's keys.
  enum CodingKeys: String, CodingKey {
    case key, kind, summary
    case fallback = "default"
  }

  /// A key.
  public init(key: String, kind: String, fallback: String?, summary: String) {
    self.key = key
    self.kind = kind
    self.fallback = fallback
    self.summary = summary
  }
}
