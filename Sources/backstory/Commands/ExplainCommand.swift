import ArgumentParser
import Model
import Presentation
import Query
import Rules

/// `backstory explain KIND`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a kind of finding, and when it is harmless.",
    discussion: """
      backstory explain backing-missing
      backstory explain orphan --output json
      """)

  @Argument(help: "The kind of finding, as in 'backstory check'.")
  var kind: FindingKind

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    guard let rule = Rule[kind] else {
      throw ValidationError("There is no kind '\(kind.rawValue)'")
    }
    try output.show(.explanation(KindExplanation(rule)))
  }
}
