import ArgumentParser
import Model
import Query
import Sighting

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

  @Option(help: "Only findings on images in a pool.", completion: .custom(Completion.pools))
  var pool: String?

  @Option(
    help: ArgumentHelp("The findings of a cause that 'status' lists.", valueName: "number"))
  var cause: Int64?

  @Option(help: ArgumentHelp("Only until that day.", valueName: "date"))
  var until: Day?

  @OptionGroup var word: WordOptions

  func validate() throws {
    if pool != nil, images.isEmpty, kinds.isEmpty, !word.list {
      throw ValidationError("--pool goes with --kind")
    }
    if cause != nil, !images.isEmpty || !kinds.isEmpty || pool != nil {
      throw ValidationError("--cause stands without images, --kind and --pool")
    }
    try word.validate(
      isAnythingMeant: !images.isEmpty || !kinds.isEmpty || pool != nil || cause != nil,
      until: until, images: images)
  }

  mutating func run() throws {
    guard let cause else {
      return try word.run(
        .acknowledge, images: images, kinds: Set(kinds), pool: pool, until: until)
    }
    let findings = try word.asking.view().findings(ofCause: cause)
    let numbers = Set(findings.compactMap(\.imageID)).sorted().map { "#\($0)" }
    guard !numbers.isEmpty else {
      throw CommandFailure(
        "cause \(cause) concerns no image that is there; name it with --kind and --pool")
    }
    try word.run(
      .acknowledge, images: numbers, kinds: Set(findings.map(\.kind)), pool: nil, until: until)
  }
}
