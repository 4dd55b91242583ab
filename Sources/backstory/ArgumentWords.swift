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

  /// A shell completes them.
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

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
    case .nights: "One heading per scan. (default)"
    case .oneline: "One line per event."
    case .stat: "One line per scan: how many events of each kind."
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
    case .ever: "Those that were open in any scan of the range. (default)"
    case .always: "Those that were open in every scan of the range."
    case .resolved: "Those that were open in the range, but not in its last scan."
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
    case .whole, .everything: "Also list images that were only in use or written to."
    case .statistics: "Show counts only."
    case .names: "Show paths only, one per line."
    }
  }
}

extension ByteCount: ExpressibleByArgument {
  /// A size as a user writes it.
  public init?(argument: String) { self.init(argument) }
}
