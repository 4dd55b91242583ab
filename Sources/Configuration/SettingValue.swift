public import Model

/// What a key of the configuration may hold.
public enum SettingKind: Hashable, Sendable {
  /// An absolute path.
  case path
  /// A list of absolute paths.
  case paths
  /// A text that is not empty.
  case text
  /// A list of texts.
  case texts
  /// A list of addresses of mail.
  case addresses
  /// A whole number in a range.
  case number(ClosedRange<Int64>)
  /// `true` or `false`.
  case flag
  /// A length of time: `12h`, `7d`, `2w`.
  case age
  /// A day: `2027-01-31`.
  case day
  /// How bad findings are: `error`, `warning`, `info`.
  case severity

  /// The kind in words, as in `it is …`.
  public var words: String {
    switch self {
    case .path: "an absolute path in quotes"
    case .paths: "a list of absolute paths"
    case .text: "a text in quotes"
    case .texts: "a list of texts"
    case .addresses: "a list of addresses as [\"root\", \"images@example.org\"]"
    case .number(let range) where range.upperBound == .max:
      "a whole number from \(range.lowerBound)"
    case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .day: "a day in quotes as \"2027-01-31\""
    case .severity: "\"error\", \"warning\" or \"info\""
    case .age: "a length of time as \"12h\", \"7d\" or \"2w\""
    }
  }
}

/// What a key of the configuration holds.
public enum SettingValue: Hashable, Sendable {
  case path(PathBytes)
  case paths([PathBytes])
  case text(String)
  case texts([String])
  case number(Int64)
  case flag(Bool)
  case age(Age)
  case day(Day)
  case severity(Severity)
}

extension SettingValue {
  /// The value as it is written in a configuration.
  public var written: String {
    switch self {
    case .path(let path): Self.quoted(path.displayText)
    case .paths(let paths): Self.list(paths.map(\.displayText))
    case .text(let text): Self.quoted(text)
    case .texts(let texts): Self.list(texts)
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .age(let age): Self.quoted(age.text)
    case .day(let day): Self.quoted(day.text)
    case .severity(let severity): Self.quoted(severity.rawValue)
    }
  }

  private static func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
  }

  /// A basic string of TOML 1.0; control characters are left to whoever shows it.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
