import ArgumentParser
import Inventory
import Model
import Presentation

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
      """)

  @Argument(
    help: "A scan: its number, latest, latest~N, a date or time, yesterday, 2d. (default: latest~1)"
  )
  var from: WhenOrSpan?

  @Argument(help: "The scan to compare with. (default: latest)")
  var to: When?

  @Flag(help: "Exit 2 where there are differences.")
  var exitCode = false

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    if case .span? = from, to != nil {
      throw ValidationError("'A..B' names both scans; leave the second out")
    }
  }

  mutating func run() throws {
    let span = from?.span(to: to) ?? WhenSpan(from: .latest(back: 1), to: .latest(back: 0))
    let answer = try asking.view().diff(from: span.from, to: span.to)
    try asking.output.show(.difference(answer))
    let isSame = answer.changes.isEmpty && answer.opened.isEmpty && answer.closed.isEmpty
    if exitCode, !isSame { throw Verdict.found }
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
