import ArgumentParser
import Presentation

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .customLong("output"), help: "For eyes, or for programs: json and csv are a contract.")
  var format = OutputFormat.human

  @Flag(
    name: .customLong("no-pager"),
    help: "Do not show a long answer page by page ($BACKSTORY_PAGER, else $PAGER, else less).")
  var hasNoPager = false

  /// Writes a report to standard output; one for eyes on a terminal through a pager, where it is an answer.
  func show(_ report: Report, isAnswer: Bool = true) throws {
    let style = Console.outputStyle
    let write = { (sink: ByteSink) in try report.write(as: format, style: style, to: sink) }
    guard isAnswer, !hasNoPager, format == .human, let pager = Console.pager else {
      return try Console.write(write)
    }
    try Pager.show(through: pager, write)
  }
}
