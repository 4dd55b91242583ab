internal import Sighting
internal import Synchronization

/// Reports that are written, on their way back to the threads that made them: who took memory gives it back,
/// and the one thread that writes has nothing to do with it.
///
/// Holds no more than was in the queue while no thread finished its work.
final class ReportRecycler: Sendable {
  private let reports = Mutex<[DirectoryReport]>([])

  /// Adds a report that nobody needs any more.
  func add(_ report: DirectoryReport) { reports.withLock { $0.append(report) } }

  /// Gives back the memory of what was added, outside of the lock.
  func discard() {
    _ = reports.withLock { reports in
      defer { reports = [] }
      return reports
    }
  }
}
