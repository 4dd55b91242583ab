import ArgumentParser
import Model
import Sighting

/// `backstory keep IMAGE…`
struct KeepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keep",
    abstract: "Says that images are never to be called unused.",
    discussion: """
      backstory keep --reason "golden master" /srv/images/debian.qcow2
      backstory keep --until 2027-01-31 /srv/images/old.qcow2
      backstory keep --list
      backstory keep --end /srv/images/old.qcow2

      What an image that is kept stands on is kept with it.
      """)

  @Argument(
    help: "Paths, or # and the images' numbers (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String] = []

  @Option(help: ArgumentHelp("Only until that day.", valueName: "date"))
  var until: Day?

  @OptionGroup var word: WordOptions

  func validate() throws {
    try word.validate(isAnythingMeant: !images.isEmpty, until: until, images: images)
  }

  mutating func run() throws { try word.run(.keep, images: images, until: until) }
}
