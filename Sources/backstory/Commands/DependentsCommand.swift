import ArgumentParser
import Inventory
import Presentation

/// `backstory dependents IMAGE…`
struct DependentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dependents",
    abstract: "Shows all that breaks if an image goes.",
    discussion: """
      backstory dependents /var/lib/libvirt/images/base.qcow2
      backstory dependents --exit-code base.qcow2 && rm base.qcow2
      """)

  @Argument(help: "Paths, or # and the images' numbers (quoted for the shell).")
  var images: [String]

  @Flag(help: "Exit 2 where something depends on them.")
  var exitCode = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try images.map(escaped.selector) }

  mutating func run() throws {
    let dependents = try asking.view().dependents(try images.map(escaped.selector))
    try asking.output.show(.dependents(dependents))
    if exitCode, !dependents.isEmpty { throw Verdict.found }
  }
}
