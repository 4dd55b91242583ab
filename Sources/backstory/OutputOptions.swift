import ArgumentParser
import Presentation

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .customLong("output"), help: "For eyes, or for programs: json and csv are a contract.")
  var format = OutputFormat.human

  /// Writes a report to standard output.
  func show(_ report: Report) throws {
    try Console.write { sink in
      try report.write(as: format, style: Console.outputStyle, to: sink)
    }
  }
}
