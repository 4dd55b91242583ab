import ArgumentParser
import Database
import Model
import Presentation
import Query

/// `backstory diff [FROM [TO]]`
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what changed between two scans.",
    discussion: """
      backstory diff
      backstory diff 2026-11-01 latest
      backstory diff --exit-code latest~7
      backstory diff 3..7
      backstory diff --stat 7d
      backstory diff --pool default --name-only
      backstory diff --ignore in-use,actual-size,modified --exit-code
      """)

  @Argument(
    help: "A scan: its number, latest, latest~N, a date or time, yesterday, 2d. (default: latest~1)"
  )
  var from: WhenOrSpan?

  @Argument(help: "The scan to compare with. (default: latest)")
  var to: When?

  @Option(help: "Only images and findings in this pool.", completion: .custom(Completion.pools))
  var pool: String?

  @Option(
    help: ArgumentHelp(
      "Ignore these fields of the image object, and images in which nothing else changed; this also affects JSON, CSV and the exit code.",
      valueName: "field,…"))
  var ignore: [String] = []

  @Flag(exclusivity: .exclusive, help: "What is shown in human output.")
  var form: DiffForm = .whole

  @Flag(help: "Exit with 2 if there are differences.")
  var exitCode = false

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    if let unknown = ignored.first(where: { !EventCriterion.fields.contains($0) }) {
      throw ValidationError(
        "'\(unknown)' is not a field of the image object; see 'backstory show --output json'")
    }
    if case .span? = from, to != nil {
      throw ValidationError("'A..B' names both scans; leave out the second argument")
    }
  }

  mutating func run() throws {
    let span = from?.span(to: to) ?? WhenSpan(from: .latest(back: 1), to: .latest(back: 0))
    let view = try asking.view()
    var answer = try view.diff(from: span.from, to: span.to).ignoring(Set(ignored))
    if let pool {
      let pools = try view.pools(countingFindings: false)
      guard pools.contains(where: { $0.outcome.name == pool }) else {
        throw StoreFault.unknownPool(pool)
      }
      answer = answer.of(pool: pool, among: pools)
    }
    try asking.output.show(.difference(answer, form: form))
    let isSame = answer.changes.isEmpty && answer.opened.isEmpty && answer.closed.isEmpty
    if exitCode, !isSame { throw ExitStatus.found }
  }
}

extension DiffCommand {
  /// The fields that are left out, each named by itself or several with commas between them.
  private var ignored: [String] {
    ignore.flatMap { $0.split(separator: ",") }.map(String.init)
  }
}

/// A point in time, or two as `A..B`.
enum WhenOrSpan: ExpressibleByArgument {
  case one(When)
  case span(WhenSpan)

  init?(argument: String) {
    if let when = When(argument: argument) {
      self = .one(when)
    } else if let span = WhenSpan(argument, now: .now) {
      self = .span(span)
    } else {
      return nil
    }
  }

  /// Two points in time; from one to `end`, or to the last scan.
  func span(to end: When?) -> WhenSpan {
    switch self {
    case .one(let when): WhenSpan(from: when, to: end ?? .latest(back: 0))
    case .span(let span): span
    }
  }
}
