import ArgumentParser
import Presentation
import Query

/// `backstory chain IMAGE`
struct ChainCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain",
    abstract: "Shows an image and everything under it, top first.",
    discussion: """
      backstory chain /var/lib/libvirt/images/web.qcow2
      backstory chain '#12' --output json
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try escaped.selector(image) }

  func report(from view: InventoryView) throws -> Report {
    let chain = try view.chain(try escaped.selector(image, in: view))
    var parts: [Staleness] = []
    for stale in chain.compactMap(\.stale) where !parts.contains(stale) { parts.append(stale) }
    view.warn(of: parts)
    return .chain(chain)
  }
}
