public import Host
public import Model

/// The right to write to a database: one process has it, as long as the value lives.
public struct DatabaseLock: ~Copyable {
  private let file: LockFile

  /// Takes the right, or waits for it. With `forPrograms`, programs that this process runs have it too.
  /// - Throws: `ScanRefusal.alreadyRunning` with who has it, `.interrupted` when a signal ends the wait,
  ///   `HostFault` when the lock file beside the database cannot be made.
  public init(
    on database: PathBytes, owner: String, waits: Bool, forPrograms: Bool = false, stop: StopSignal
  ) throws {
    do throws(LockFault) {
      file = try LockFile(
        taking: PathBytes(database.bytes + Array(".lock".utf8)), owner: owner, wait: waits,
        forPrograms: forPrograms, stop: { stop.requested != nil })
    } catch {
      switch error {
      case .held(let holder): throw ScanRefusal.alreadyRunning(holder)
      case .stopped: throw ScanRefusal.interrupted(signal: stop.requested ?? 0)
      case .failed(let fault): throw fault
      }
    }
  }
}
