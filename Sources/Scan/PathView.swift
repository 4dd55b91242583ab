internal import Host
internal import Inventory
internal import Model

/// What this scan could not see, and what the host says of the rest: the oracle of the
/// reconciliation.
struct PathView: Sendable {
  /// Directories of which nothing, or not everything, could be seen, as walked and as they are.
  private var unseen: Set<PathBytes> = []

  mutating func add(unseen path: PathBytes) {
    unseen.insert(path)
    if let real = try? canonicalPath(path) { unseen.insert(real) }
  }

  /// Whether a path lies in, or is, a directory that could not be seen.
  func isUnseen(_ path: PathBytes) -> Bool {
    guard !unseen.isEmpty else { return false }
    var current = path
    while true {
      if unseen.contains(current) { return true }
      let parent = current.directory
      if parent == current { return false }
      current = parent
    }
  }

  var oracle: PathOracle { PathOracle(landing: landing, presence: presence) }

  private func landing(_ path: PathBytes) -> PathOracle.Landing {
    if isUnseen(path) { return .unseen }
    switch real(path) {
    case .unseen: return .unseen
    case .missing: return .missing
    case .present(let real, _), .directory(let real): return .real(real)
    }
  }

  private func presence(_ path: PathBytes) -> PathOracle.Presence {
    isUnseen(path) ? .unseen : real(path)
  }

  private func real(_ path: PathBytes) -> PathOracle.Presence {
    do {
      let real = try canonicalPath(path)
      if isUnseen(real) { return .unseen }
      let status = try status(ofPath: real, followingLink: false)
      if status.kind == .directory { return .directory(real) }
      // A FIFO or a socket is no image, whoever may read it.
      let mayBeImage = status.kind != .other || status.deviceItself != nil
      return .present(real, isReadable: mayBeImage && isReadable(path))
    } catch {
      // Without permission to look nothing can be said; "not there" is something else.
      return error.leadsNowhere ? .missing : .unseen
    }
  }
}
