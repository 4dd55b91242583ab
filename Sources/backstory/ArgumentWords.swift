public import ArgumentParser
public import DiskImage
public import Inventory
public import Model
public import Presentation

// The contract's words as arguments.

extension OutputFormat: ExpressibleByArgument {}
extension GraphFormat: ExpressibleByArgument {}
extension FindingKind: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension ImageFormat: ExpressibleByArgument {}

extension When: ExpressibleByArgument {
  /// A point in time as a user names it.
  public init?(argument: String) { self.init(argument) }
}

extension Age: ExpressibleByArgument {
  /// A length of time as a user writes it.
  public init?(argument: String) { self.init(argument) }
}
