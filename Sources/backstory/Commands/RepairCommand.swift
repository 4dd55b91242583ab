import ArgumentParser
import Inventory
import Presentation
import Repair

/// `backstory repair [IMAGE…]`
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Prints the commands that mend broken links, with the evidence.",
    discussion: """
      backstory repair
      backstory repair --kind backing-missing > mend.sh; less mend.sh; sh mend.sh
      backstory repair --apply web.qcow2

      Nothing is changed without --apply, and with it only what is certain.
      """)

  @Argument(help: "Only these: paths, or # and the images' numbers (quoted for the shell).")
  var images: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of a kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Flag(help: "Name every target by its absolute path.")
  var absolute = false

  @Flag(help: "Name every target relative to its image, where that is possible.")
  var relative = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !(absolute && relative) else {
      throw ValidationError("Give --absolute or --relative, not both")
    }
    if let kind = kinds.first(where: { !RepairPlan.kinds.contains($0) }) {
      throw ValidationError("There is no repair for '\(kind.rawValue)'; see 'backstory check'")
    }
    _ = try images.map(escaped.selector)
  }

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: .latest(back: 0))
    let evidence = try view.repairEvidence(
      kinds: kinds.isEmpty ? RepairPlan.kinds : Set(kinds), images: images.map(escaped.selector))
    let spelling: Spelling = absolute ? .absolute : relative ? .relative : .asBefore
    try output.show(.repair(RepairPlan(evidence, spelling: spelling)))
  }
}
