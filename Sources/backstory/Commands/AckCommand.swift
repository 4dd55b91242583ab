import ArgumentParser
import Inventory
import Model

/// `backstory ack IMAGE… | --kind K`
struct AckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack",
    abstract: "Says that findings are known: they stay open and count for nothing.",
    discussion: """
      backstory ack --reason "the NFS server moves in May" --until 2027-05-31 /srv/images/web.qcow2
      backstory ack --kind backing-remote --pool default
      backstory ack --list
      backstory ack --end /srv/images/web.qcow2

      They are told as acknowledged, and count for no exit code, monitor or headline until they change, or the \
      day comes.
      """)

  @Argument(
    help: "Paths, or # and the images' numbers (quoted for the shell): all that is open on them.")
  var images: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of a kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(help: "Only findings on images in a pool.")
  var pool: String?

  @Option(help: ArgumentHelp("Only until that day.", valueName: "date"))
  var until: Day?

  @OptionGroup var word: WordOptions

  func validate() throws {
    if pool != nil, images.isEmpty, kinds.isEmpty, !word.list {
      throw ValidationError("--pool goes with --kind")
    }
    try word.validate(
      isAnythingMeant: !images.isEmpty || !kinds.isEmpty || pool != nil, until: until,
      images: images)
  }

  mutating func run() throws {
    try word.run(.acknowledge, images: images, kinds: Set(kinds), pool: pool, until: until)
  }
}
