import ArgumentParser
import Model
import Presentation
import Query
import Rules

/// `backstory explain KIND`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what a kind of finding means, and when it may be left as it is.",
    discussion: """
      backstory explain backing-missing
      backstory explain orphan --output json
      """)

  @Argument(help: "A kind of finding, as 'backstory check' names it.")
  var kind: FindingKind

  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    guard let rule = Rule[kind] else {
      throw ValidationError("There is no kind '\(kind.rawValue)'")
    }
    try output.show(.explanation(KindExplanation(rule)))
  }
}
