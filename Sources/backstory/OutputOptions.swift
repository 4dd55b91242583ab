import ArgumentParser
import Presentation

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .customLong("output"), help: "The output format; json and csv are stable.")
  var format = OutputFormat.human

  @Flag(
    name: .customLong("no-pager"),
    help: "Do not use a pager for long answers ($BACKSTORY_PAGER, else $PAGER, else less).")
  var hasNoPager = false

  /// Writes a report to standard output; one for eyes on a terminal through a pager, where it is an answer.
  /// - Parameter isAnswer: whether it is all that was asked for; else it tells of work that is done.
  func show(_ report: Report, isAnswer: Bool = true) throws {
    let style = Console.outputStyle
    let write = { (sink: ByteSink) in try report.write(as: format, style: style, to: sink) }
    guard isAnswer else { return try tell(write) }
    guard !hasNoPager, format == .human, let pager = Console.pager else {
      return try Console.write(write)
    }
    try Pager.show(through: pager, write)
  }

  private func tell(_ write: (ByteSink) throws -> Void) throws {
    do { try Console.write(write) } catch OutputFailure.refused(let reason) {
      throw CommandFailure("all was done, but the output cannot be written: \(reason)")
    }
  }
}
