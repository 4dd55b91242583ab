import ArgumentParser
import Presentation
import Query

/// `backstory dependents IMAGE…`
struct DependentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dependents",
    abstract: "Shows everything that breaks if an image is removed.",
    discussion: """
      backstory dependents /var/lib/libvirt/images/base.qcow2
      backstory dependents --exit-code base.qcow2 && rm base.qcow2

      An image that a broken reference may mean counts as well, and is marked as not certain. \
      The argument may also be an image that is gone, or a path that only references name.
      """)

  @Argument(
    help: "Paths, or # and an image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String]

  @Flag(help: "Exit with 2 if something depends on the images, or may.")
  var exitCode = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws { _ = try images.map(escaped.selector) }

  mutating func run() throws {
    let view = try asking.view()
    // A script that removes what nothing depends on means the path that it gives.
    let selectors = try images.map {
      exitCode ? try escaped.exactSelector($0, in: view) : try escaped.selector($0, in: view)
    }
    let dependents = try view.dependents(selectors)
    try asking.output.show(.dependents(dependents))
    if exitCode, !dependents.isEmpty { throw ExitStatus.found }
    guard try !view.areClaimsJudged() else { return }
    Console.log(
      .warning,
      "backstory: the last scan is of a version that did not record what broken references may mean; "
        + "scan again")
    if exitCode { throw ExitStatus.failed }
  }
}
