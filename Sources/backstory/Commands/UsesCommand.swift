import ArgumentParser
import Presentation
import Query

/// `backstory uses IMAGE|--machine M`
struct UsesCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "uses",
    abstract: "Shows what used an image, from when to when, and when it ran.",
    discussion: """
      backstory uses /var/lib/libvirt/images/data.qcow2
      backstory uses --machine web
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(
    help: ArgumentHelp("Show what this machine used instead, by name or UUID.", valueName: "name"))
  var machine: String?

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard (image == nil) != (machine == nil) else {
      throw ValidationError("Name an image, or a machine with --machine")
    }
    if let image { _ = try escaped.selector(image) }
  }

  func report(from view: InventoryView) throws -> Report {
    if let machine {
      return .uses(try view.uses(byMachine: machine), isOfMachine: true, now: view.point)
    }
    let uses = try view.uses(of: try escaped.selector(image ?? "", in: view))
    return .uses(uses, isOfMachine: false, now: view.point)
  }
}
