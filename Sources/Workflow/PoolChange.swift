public import Host
public import Model
internal import Record

/// Changes what a database knows of a pool by a person's word, alone with the database.
public struct PoolChange {
  /// What is to become of a pool.
  public enum Wish {
    /// Nothing waits for it any more.
    case forget(String)
    /// It is called otherwise.
    case rename(String, to: String)
  }

  private let wish: Wish
  private let isDryRun: Bool
  private let waits: Bool

  /// A change; a dry one only says what would be let go of.
  public init(_ wish: Wish, isDryRun: Bool, waits: Bool) {
    self.wish = wish
    self.isDryRun = isDryRun
    self.waits = waits
  }

  /// Changes it, and says what.
  public func run(_ database: PathBytes, stop: StopSignal) throws -> PoolChangeResult {
    try writingAlone(to: database, as: "pools", waits: waits, stop: stop) { writer in
      switch wish {
      case .forget(let pool): try writer.forgetPool(pool, isDryRun: isDryRun)
      case .rename(let pool, let name): try writer.renamePool(pool, to: name)
      }
    }
  }
}
