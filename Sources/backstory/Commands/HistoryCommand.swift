import ArgumentParser
import Presentation
import Query

/// `backstory history IMAGE`
struct HistoryCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows the history of an image, oldest event first.",
    discussion: """
      backstory history /var/lib/libvirt/images/web.qcow2
      backstory history '#12' --output json
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try escaped.selector(image) }

  func report(from view: InventoryView) throws -> Report {
    .history(try view.history(try escaped.selector(image, in: view)))
  }
}
