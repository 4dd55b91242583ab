/// How a difference is told to eyes; JSON and CSV have all of it.
public enum DiffForm: Sendable {
  /// What changed, and in one line how many images were only used.
  case whole
  /// Each of these as well.
  case everything
  /// Counts.
  case statistics
  /// Paths, a line each.
  case names
}
