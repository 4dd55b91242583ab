import ArgumentParser
import Model
import Presentation
import Query

/// `backstory log [IMAGE]`
struct LogCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows events, newest first, scan by scan.",
    discussion: """
      backstory log -n 20
      backstory log --since yesterday --pool default
      backstory log --event moved,rebased,grew:20% --since 2w
      backstory log --machine web --oneline
      backstory log web.qcow2 --reverse

      Events are those of 'backstory history', and changes of headers, sizes, machines and \
      pools: rebased, grew, shrank, resized, format-changed, started, stopped, machine-appeared, \
      machine-changed, machine-vanished, pool-unavailable, pool-returned, pool-moved, \
      scan-partial, scan-missed. The name of a field, such as in-use, selects the events in which it changed.
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(
    help: "Only events of this pool and of what it contains.", completion: .custom(Completion.pools)
  )
  var pool: String?

  @Option(
    help: ArgumentHelp(
      "Only events of this machine, by name or UUID, and of everything it uses.", valueName: "name")
  )
  var machine: String?

  @Option(help: ArgumentHelp("Only events below this directory.", valueName: "dir"))
  var under: String?

  @Option(help: ArgumentHelp("Only events after this scan or time.", valueName: "when"))
  var since: When?

  @Option(help: ArgumentHelp("Only events up to this scan or time.", valueName: "when"))
  var until: When?

  @Option(
    name: .customLong("event"),
    help: ArgumentHelp(
      "Only events of these kinds, separated by commas; may be repeated. Sizes take a threshold: grew:20%, grew:10G.",
      valueName: "event"))
  var events: [String] = []

  @Option(name: .customLong("kind"), help: "Only findings of this kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(
    name: [.customShort("n"), .customLong("max-count")],
    help: ArgumentHelp("Only the newest events, this many.", valueName: "count"))
  var limit: Int?

  @Flag(help: "Oldest event first.")
  var reverse = false

  @Flag(exclusivity: .exclusive, help: "How human output is arranged.")
  var form: LogForm = .nights

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    _ = try filter()
    guard let image else { return }
    _ = try escaped.selector(image)
    guard pool == nil, machine == nil, under == nil else {
      throw ValidationError(
        "An image cannot be combined with --pool, --machine or --under")
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
          "'\(word)' is not a kind of event; it must be one of "
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
