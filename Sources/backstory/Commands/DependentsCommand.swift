import ArgumentParser
import Presentation
import Query

/// `backstory dependents IMAGE…`
struct DependentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dependents",
    abstract: "Shows all that breaks if an image goes.",
    discussion: """
      backstory dependents /var/lib/libvirt/images/base.qcow2
      backstory dependents --exit-code base.qcow2 && rm base.qcow2

      What a broken reference may mean counts, and is marked as not certain. An image that is gone, and a path that \
      references name, can be asked about as well.
      """)

  @Argument(
    help: "Paths, or # and the images' numbers (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String]

  @Flag(help: "Exit 2 where something depends on them, or may.")
  var exitCode = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try images.map(escaped.selector) }

  mutating func run() throws {
    let view = try asking.view()
    // A script that removes what nothing depends on means the path that it gives.
    let selectors = try images.map {
      exitCode ? try escaped.selector($0) : try escaped.selector($0, in: view)
    }
    let dependents = try view.dependents(selectors)
    try asking.output.show(.dependents(dependents))
    if exitCode, !dependents.isEmpty { throw ExitStatus.found }
    guard try !view.areClaimsJudged() else { return }
    Console.log(
      .warning,
      "backstory: what broken references may mean was not asked by the version that scanned last; "
        + "scan again")
    if exitCode { throw ExitStatus.failed }
  }
}
