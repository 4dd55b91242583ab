public import Host
public import Model
internal import Record

/// Lets go of a source of machines by a person's word, alone with the database.
public struct SourceChange {
  private let path: PathBytes
  private let isDryRun: Bool
  private let waits: Bool

  /// A change; a dry one only says what would be let go of.
  public init(_ path: PathBytes, isDryRun: Bool, waits: Bool) {
    self.path = path
    self.isDryRun = isDryRun
    self.waits = waits
  }

  /// Changes it, and says what.
  public func run(_ database: PathBytes, stop: StopSignal) throws -> SourceChangeResult {
    try writingAlone(to: database, as: "machines", waits: waits, stop: stop) { writer in
      try writer.forgetSource(path, isDryRun: isDryRun)
    }
  }
}
