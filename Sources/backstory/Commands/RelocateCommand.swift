import ArgumentParser
import Database
import Model
import Presentation
import Query
import Repair

/// `backstory relocate FROM TO`
struct RelocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relocate",
    abstract: "Prints a script that moves images and keeps their chains intact.",
    discussion: """
      backstory relocate /srv/images/base.qcow2 /srv/bases/base.qcow2
      backstory relocate /srv/old /srv/new > move.sh; less move.sh; sh move.sh

      This command changes nothing. Scan first: the plan is made from the last scan.
      """)

  @Argument(help: "An image, by its path or #12, or a directory with everything in it.")
  var from: String

  @Argument(help: "The new path; an existing directory takes the image in.")
  var to: String

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile(to: .act)).view(
      at: .latest(back: 0))
    let source = try place(view)
    let plan = try Relocation(
      try view.moving(source), from: source,
      to: try UserPath.absolute(to, escaped: escaped.escaped),
      pools: try view.pools(countingFindings: false).map(\.outcome.path))
    try output.show(.relocation(plan))
    for obstacle in plan.obstacles { Console.complain(obstacle) }
    if !plan.obstacles.isEmpty { throw ExitStatus.failed }
  }

  /// What is to be moved; a number means an image.
  private func place(_ view: InventoryView) throws -> PathBytes {
    let selector = try escaped.selector(from)
    if case .path(let path) = selector { return path }
    return try view.image(selector).filename
  }
}
