import ArgumentParser
import Fleet
import Model

/// `backstory-fleet orphans`
struct OrphansCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orphans",
    abstract: "Shows what nothing on any host refers to.",
    discussion: """
      backstory-fleet orphans
      backstory-fleet orphans --all --output json
      backstory-fleet orphans --host kvm17

      An image of a shared storage is one only where every host that sees the storage says so, not long ago, with all its \
      machines and pools seen, over two rounds of scans; and where 'storage declare --closed' says that these hosts are \
      all. Nothing is moved or deleted from here.
      """)

  @Flag(help: "Also images of which it cannot be said, with the reason.")
  var all = false

  @OptionGroup var asking: FleetAskingOptions

  mutating func run() throws {
    try asking.output.show(try asking.connection.fleet().orphans(try asking.moment(), all: all))
  }
}

/// `backstory-fleet list`
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the images of all hosts.",
    discussion: """
      backstory-fleet list --format qcow2 --output csv
      backstory-fleet list --host kvm17 --sort size --limit 20
      """)

  @Option(help: "Only images of a format, in QEMU's words.")
  var format: String?

  @OptionGroup var asking: FleetAskingOptions

  mutating func run() throws {
    try asking.output.show(
      try asking.connection.fleet().images(try asking.moment(), format: format))
  }
}

/// `backstory-fleet dependents IMAGE`
struct DependentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dependents",
    abstract: "Shows all that breaks on any host if an image goes.",
    discussion: """
      backstory-fleet dependents /srv/images/base.qcow2
      backstory-fleet dependents 'shared#11857' --exit-code
      backstory-fleet dependents --host kvm17 '#12'
      """)

  @Argument(help: "A path, or shared# and a number (quoted for the shell).")
  var image: String

  @Flag(help: "Exit 2 where something depends on it.")
  var exitCode = false

  @OptionGroup var asking: FleetAskingOptions

  mutating func run() throws {
    let name = image.hasPrefix("shared#") ? image : try UserPath.absolute(image).displayText
    let answer = try asking.connection.fleet().dependents(try asking.moment(), of: name)
    try asking.output.show(answer)
    if exitCode, !answer.objects.isEmpty { throw ExitStatus.found }
  }
}
