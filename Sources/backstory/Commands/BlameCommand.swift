import ArgumentParser
import Presentation
import Query

/// `backstory blame IMAGE`
struct BlameCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract: "Shows which scan set each fact about an image, and its value before.",
    discussion: """
      backstory blame /var/lib/libvirt/images/web.qcow2
      backstory blame '#12' --output json
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try escaped.selector(image) }

  func report(from view: InventoryView) throws -> Report {
    .blame(try view.blame(try escaped.selector(image, in: view)))
  }
}
