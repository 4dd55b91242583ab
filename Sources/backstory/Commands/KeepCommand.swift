import ArgumentParser
import Model
import Sighting

/// `backstory keep IMAGE…`
struct KeepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keep",
    abstract: "Marks images that are never orphans.",
    discussion: """
      backstory keep --reason "golden master" /srv/images/debian.qcow2
      backstory keep --until 2027-01-31 /srv/images/old.qcow2
      backstory keep --list
      backstory keep --end /srv/images/old.qcow2

      The bases of a kept image are kept with it.
      """)

  @Argument(
    help: "Paths, or # and an image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String] = []

  @Option(help: ArgumentHelp("Only until this day, which is not included.", valueName: "date"))
  var until: Day?

  @OptionGroup var word: WordOptions

  func validate() throws {
    try word.validate(isAnythingMeant: !images.isEmpty, until: until, images: images)
  }

  mutating func run() throws { try word.run(.keep, images: images, until: until) }
}
