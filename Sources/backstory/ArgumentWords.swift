public import ArgumentParser
public import DiskImage
internal import Inventory
public import Model
public import Presentation

// The contract's words as arguments.

extension OutputFormat: ExpressibleByArgument {}
extension GraphFormat: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension ImageFormat: ExpressibleByArgument {}

extension FindingKind: ExpressibleByArgument {
  /// The words of all kinds.
  public static var allValueStrings: [String] { Rule.all.map(\.kind.rawValue) }

  /// A kind by its word.
  public init?(argument: String) {
    guard let rule = Rule[FindingKind(rawValue: argument)] else { return nil }
    self = rule.kind
  }
}

extension When: ExpressibleByArgument {
  /// A point in time as a user names it.
  public init?(argument: String) { self.init(argument) }
}

extension Age: ExpressibleByArgument {
  /// A length of time as a user writes it.
  public init?(argument: String) { self.init(argument) }
}

extension Day: ExpressibleByArgument {
  /// A day as a user writes it.
  public init?(argument: String) { self.init(argument) }
}
