public import ArgumentParser
public import DiskImage
internal import Host
public import Model
public import Presentation
public import Query
internal import Rules

// The contract's words as arguments.

extension OutputFormat: ExpressibleByArgument {}
extension GraphFormat: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension ImageFormat: ExpressibleByArgument {}
extension TrendGroup: ExpressibleByArgument {}
extension FindingsForm.Group: ExpressibleByArgument {}
extension FindingsForm.Order: ExpressibleByArgument {}

extension FindingKind: ExpressibleByArgument {
  /// The words of all kinds.
  public static var allValueStrings: [String] { Rule.all.map(\.kind.rawValue) }

  /// A kind by its word.
  public init?(argument: String) {
    guard let rule = Rule[FindingKind(rawValue: argument)] else { return nil }
    self = rule.kind
  }
}

extension Moment {
  /// The time of the system's clock.
  static var now: Moment { Moment(milliseconds: Clock.now() / 1_000_000) }
}

extension When: ExpressibleByArgument {
  /// A point in time as a user names it.
  public init?(argument: String) { self.init(argument, now: .now) }
}

extension Age: ExpressibleByArgument {
  /// A length of time as a user writes it.
  public init?(argument: String) { self.init(argument) }
}

extension LogForm: EnumerableFlag {
  /// The names of the flags; nights are what is shown without one.
  public static func name(for form: LogForm) -> NameSpecification { .long }

  /// What they do.
  public static func help(for form: LogForm) -> ArgumentHelp? {
    switch form {
    case .nights: "A heading for every night. (default)"
    case .oneline: "A line for every event."
    case .stat: "A line for every night: how many events of which kind."
    }
  }
}

extension Day: ExpressibleByArgument {
  /// A day as a user writes it.
  public init?(argument: String) { self.init(argument) }
}

extension SpanChoice: EnumerableFlag {
  /// What they do.
  public static func help(for choice: SpanChoice) -> ArgumentHelp? {
    switch choice {
    case .ever: "Those that were open in any of these nights. (default)"
    case .always: "Those that were open in all of them."
    case .resolved: "Those that were open in one of them, and not in the last."
    }
  }
}

extension DiffForm: EnumerableFlag {
  /// The names of the flags.
  public static var allCases: [DiffForm] { [.everything, .statistics, .names] }

  /// The names of the flags.
  public static func name(for form: DiffForm) -> NameSpecification {
    switch form {
    case .whole, .everything: .customLong("all")
    case .statistics: .customLong("stat")
    case .names: .customLong("name-only")
    }
  }

  /// What they do.
  public static func help(for form: DiffForm) -> ArgumentHelp? {
    switch form {
    case .whole, .everything: "Also each image that was only in use or written to."
    case .statistics: "Counts alone."
    case .names: "Paths alone, a line each."
    }
  }
}

extension ByteCount: ExpressibleByArgument {
  /// A size as a user writes it.
  public init?(argument: String) { self.init(argument) }
}
