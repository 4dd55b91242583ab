import ArgumentParser
import Presentation
import Query

/// `backstory show IMAGE`
struct ShowCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows everything about one image.",
    discussion: """
      backstory show /var/lib/libvirt/images/web.qcow2
      backstory show '#12' --at latest~1
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try escaped.selector(image) }

  func report(from view: InventoryView) throws -> Report {
    .image(try view.image(try escaped.selector(image, in: view)), now: view.point)
  }
}
