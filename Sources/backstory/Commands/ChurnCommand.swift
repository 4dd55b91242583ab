import ArgumentParser
import Model
import Presentation
import Query

/// `backstory churn`
struct ChurnCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "churn",
    abstract: "Shows the images that change most.",
    discussion: """
      backstory churn
      backstory churn --top 50 --since 4w --output csv
      """)

  @Option(help: "The number of images to show.")
  var top = 10

  @Option(help: ArgumentHelp("Only changes after this scan or time.", valueName: "when"))
  var since: When?

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard top > 0 else { throw ValidationError("--top is \(top), write a number from 1") }
  }

  func report(from view: InventoryView) throws -> Report {
    .churn(try view.churn(top: top, since: since))
  }
}
