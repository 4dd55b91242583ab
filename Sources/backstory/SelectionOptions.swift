import ArgumentParser
import Database
import Model
import Query
import Storage
import Workflow

/// Which images of a list are wanted, and how many of them.
struct SelectionOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Shell patterns for the file name, or for the path if the pattern contains a slash (quoted for the shell).",
      valueName: "pattern"))
  var patterns: [String] = []

  @Option(
    help: ArgumentHelp("Only images of at least this size on disk: 500M, 10G.", valueName: "size"))
  var larger: ByteCount?

  @Option(help: ArgumentHelp("Print at most this many.", valueName: "number"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if patterns.contains("") { throw ValidationError("A pattern must not be empty") }
  }

  /// Whether a file is wanted.
  func wants(_ path: PathBytes, size: UInt64) -> Bool {
    guard size >= larger?.bytes ?? 0 else { return false }
    return patterns.isEmpty
      || globs.contains { $0.matches(name: path.name, in: path.directory) }
  }

  /// The patterns; one with a slash that does not begin with it may begin anywhere.
  private var globs: [Glob] {
    patterns.map { pattern in
      let isInside = pattern.contains("/") && !pattern.hasPrefix("/") && !pattern.hasPrefix("**")
      return Glob(isInside ? "**/" + pattern : pattern)
    }
  }
}
