import ArgumentParser
import DiskImage
import Inventory
import Libvirt

/// `backstory xml IMAGE`
struct XMLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xml",
    abstract: "Prints libvirt's <disk> with the whole chain spelled out.",
    discussion: """
      backstory xml /var/lib/libvirt/images/web.qcow2
      backstory xml --domain web --target vda

      Nothing is guessed: where a format is not known for certain, or a link is broken, the \
      reason is said and nothing is printed.
      """)

  @Argument(help: "A path, or # and the image's number (quoted for the shell).")
  var image: String?

  @Option(help: ArgumentHelp("The disks of a domain, by its name or UUID.", valueName: "name"))
  var domain: String?

  @Option(help: ArgumentHelp("Only the domain's disk with this target.", valueName: "dev"))
  var target: String?

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "As it was after a scan: its number, latest, latest~N, or an ISO date or time.",
      valueName: "when"))
  var at: When?

  func validate() throws {
    guard (image == nil) != (domain == nil) else {
      throw ValidationError("Give an image, or --domain and a name")
    }
    guard target == nil || domain != nil else {
      throw ValidationError("--target belongs to --domain")
    }
    _ = try image.map(escaped.selector)
  }

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
    let disks =
      try image.map { [try view.disk(try escaped.selector($0))] }
      ?? view.disks(ofDomain: domain ?? "", target: target)
    for layer in disks.flatMap(\.layers) {
      guard let shown = layer.shows, let path = layer.target.path else { continue }
      Console.log(
        .warning,
        "backstory: '\(PathBytes(path).displayText)' is recorded as raw and stays raw, though its "
          + "header shows \(shown)")
    }
    // All of it, or nothing.
    let text = try disks.map { try DiskElement($0).text() }.joined()
    try Console.write(text: text)
  }
}
