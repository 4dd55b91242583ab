import ArgumentParser
import Model
import Query
import Sighting

/// `backstory ack IMAGE… | --kind K`
struct AckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack",
    abstract: "Acknowledges findings: they stay open, and exit codes and monitoring ignore them.",
    discussion: """
      backstory ack --reason "the NFS server moves in May" --until 2027-05-31 /srv/images/web.qcow2
      backstory ack --kind backing-remote --pool default
      backstory ack --list
      backstory ack --end /srv/images/web.qcow2

      They are shown as acknowledged. Exit codes, monitoring and headlines ignore them until \
      they change or the day of --until begins.
      """)

  @Argument(
    help: "Images whose open findings are meant: paths, or # and a number (quoted for the shell).")
  var images: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of this kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(help: "Only findings about images in this pool.", completion: .custom(Completion.pools))
  var pool: String?

  @Option(
    help: ArgumentHelp(
      "The findings of this cause; 'status' lists the numbers.", valueName: "number"))
  var cause: Int64?

  @Option(help: ArgumentHelp("Only until this day, which is not included.", valueName: "date"))
  var until: Day?

  @OptionGroup var word: WordOptions

  func validate() throws {
    if pool != nil, images.isEmpty, kinds.isEmpty, !word.list {
      throw ValidationError("--pool requires --kind")
    }
    if cause != nil, !images.isEmpty || !kinds.isEmpty || pool != nil {
      throw ValidationError("--cause cannot be combined with images, --kind or --pool")
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
        "cause \(cause) concerns no existing image; use --kind and --pool instead")
    }
    try word.run(
      .acknowledge, images: numbers, kinds: Set(findings.map(\.kind)), pool: nil, until: until)
  }
}
