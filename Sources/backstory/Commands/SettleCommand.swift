import ArgumentParser
import Model
import Rules
import Sighting

/// `backstory settle IMAGE… | --kind K`
struct SettleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle",
    abstract: "Accepts the state of images in the last scan as correct; findings about it close.",
    discussion: """
      backstory settle --reason "patched on purpose, overlays created again" /srv/images/base.qcow2
      backstory settle --kind header-appeared --pool default
      backstory settle --list
      backstory settle --end /srv/images/base.qcow2

      Closes base-modified, backing-changed, header-appeared, header-vanished and \
      parent-mismatch. Changes after the last scan open them again.
      """)

  @Argument(
    help: "Paths, or # and an image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var images: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of this kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(help: "Only findings about images in this pool.", completion: .custom(Completion.pools))
  var pool: String?

  @OptionGroup var word: WordOptions

  func validate() throws {
    if pool != nil, images.isEmpty, kinds.isEmpty, !word.list {
      throw ValidationError("--pool requires --kind")
    }
    let settled = Rule.kinds(.canBeSettled)
    if let other = kinds.first(where: { !settled.contains($0) }) {
      let words = settled.map(\.rawValue).sorted().joined(separator: ", ")
      throw ValidationError("\(other.rawValue) cannot be settled; what can is \(words)")
    }
    try word.validate(
      isAnythingMeant: !images.isEmpty || !kinds.isEmpty || pool != nil, images: images)
  }

  mutating func run() throws {
    try word.run(.settle, images: images, kinds: Set(kinds), pool: pool)
  }
}
