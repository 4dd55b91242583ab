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
      "Only those whose name is like a pattern of the shell's, or whose path where it has a slash (quoted for the shell).",
      valueName: "pattern"))
  var patterns: [String] = []

  @Option(help: ArgumentHelp("Only those that take up as much: 500M, 10G.", valueName: "size"))
  var larger: ByteCount?

  @Option(help: ArgumentHelp("So many at most.", valueName: "number"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if patterns.contains("") { throw ValidationError("An empty pattern means nothing") }
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
