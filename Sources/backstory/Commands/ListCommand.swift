import ArgumentParser
import DiskImage
import Inventory
import Presentation

/// `backstory list`
struct ListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the images.",
    discussion: """
      backstory list
      backstory list --format qcow2 --pool default
      backstory list --at 2026-11-01 --output json
      """)

  @Option(help: "Only images of a format, in QEMU's words.")
  var format: ImageFormat?

  @Option(help: "Only images in a pool.")
  var pool: String?

  @Flag(help: "Also files that look like no image.")
  var all = false

  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report {
    try view.warnOfStaleness(pool: pool)
    return .images { each in
      try view.images(format: format?.rawValue, pool: pool, includingOther: all, each: each)
    }
  }
}
