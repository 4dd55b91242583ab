import ArgumentParser
import Model
import Presentation
import Query

/// `backstory log [IMAGE]`
struct LogCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows what happened, night by night, the newest first.",
    discussion: """
      backstory log -n 20
      backstory log --since yesterday --pool default
      backstory log --event moved,rebased,grew:20% --since 2w
      backstory log --machine web --oneline
      backstory log web.qcow2 --reverse

      An event is one of those of 'backstory history', or what a header, a size, a machine or a pool did: \
      rebased, grew, shrank, resized, format-changed, started, stopped, machine-appeared, machine-changed, \
      machine-vanished, pool-unavailable, pool-returned, scan-partial, scan-missed. A field of an image, as \
      in-use, selects the events in which it changed.
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(
    help: "Only events of a pool, and of what is in it.", completion: .custom(Completion.pools))
  var pool: String?

  @Option(
    help: ArgumentHelp(
      "Only events of a machine, and of all that it uses; its name or UUID.", valueName: "name"))
  var machine: String?

  @Option(help: ArgumentHelp("Only events of what stands below a directory.", valueName: "dir"))
  var under: String?

  @Option(help: ArgumentHelp("Only what happened after that scan or time.", valueName: "when"))
  var since: When?

  @Option(help: ArgumentHelp("Only what happened up to that scan or time.", valueName: "when"))
  var until: When?

  @Option(
    name: .customLong("event"),
    help: ArgumentHelp(
      "Only such events, with commas between them; may be repeated. A size can have a measure: grew:20%, grew:10G.",
      valueName: "event"))
  var events: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of a kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(
    name: [.customShort("n"), .customLong("max-count")],
    help: ArgumentHelp("The newest so many events.", valueName: "count"))
  var limit: Int?

  @Flag(help: "The oldest of them first.")
  var reverse = false

  @Flag(exclusivity: .exclusive, help: "How it is shown to people.")
  var form: LogForm = .nights

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    _ = try filter()
    guard let image else { return }
    _ = try escaped.selector(image)
    guard pool == nil, machine == nil, under == nil else {
      throw ValidationError(
        "An image is asked about alone; leave out --pool, --machine and --under")
    }
  }

  private func filter() throws -> EventFilter {
    if let limit, limit < 0 { throw ValidationError("-n is \(limit), write a number from 0") }
    var filter = EventFilter()
    filter.pool = pool
    filter.machine = machine
    filter.directory = try under.map { try UserPath.absolute($0, escaped: escaped.escaped) }
    filter.since = since
    filter.until = until
    filter.kinds = Set(kinds)
    filter.criteria = try events.flatMap { $0.split(separator: ",") }.map(String.init).map { word in
      guard let criterion = EventCriterion(word) else {
        throw ValidationError(
          "'\(word)' is no event: it is one of "
            + EventCriterion.words.joined(separator: ", "))
      }
      return criterion
    }
    return filter
  }

  func report(from view: InventoryView) throws -> Report {
    let filter = try filter()
    guard let image else {
      return .log(form: form) { each in
        try view.log(filter, limit: limit, oldestFirst: reverse, each: each)
      }
    }
    let events = try view.log(
      of: try escaped.selector(image, in: view), filter, limit: limit, oldestFirst: reverse)
    return .log(form: form) { try events.forEach($0) }
  }
}
