import ArgumentParser
import Fleet
import Foundation
import Model
import Presentation

/// `backstory-fleet import FILE`
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes a bundle that a host wrote: all of it, once, or nothing.",
    discussion: """
      backstory-fleet import kvm17.bundle
      ssh kvm17 backstory export | backstory-fleet import --source kvm17 -

      As a forced command of a host's key, in authorized_keys:
        restrict,command="backstory-fleet import --source kvm17 -" ssh-ed25519 …

      What was taken before is taken for done. The last line says what the host is to remember, or on which scan \
      the bundle should stand.
      """)

  @Argument(help: ArgumentHelp("The bundle; - reads standard input.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "The host for which whoever brings the bundle may speak; else the bundle says it.",
      valueName: "name"))
  var source: String?

  @OptionGroup var connection: ConnectionOptions

  @Option(
    name: .customLong("output"), help: "For eyes, or for programs: json and csv are a contract.")
  var format = OutputFormat.human

  mutating func run() throws {
    let bundle = try BundleFile(from: try handle(), limit: try connection.maxBundle())
    do {
      try show(try connection.fleet().take(bundle, from: source))
    } catch FleetFault.outOfOrder(let sentence, let expected) {
      try Console.write(text: "expected \(expected ?? "nothing")\n")
      throw FleetFault.refused(sentence)
    }
  }

  private func handle() throws -> FileHandle {
    if file == "-" { return .standardInput }
    let path = try UserPath.absolute(file)
    guard let text = path.exactText, let handle = FileHandle(forReadingAtPath: text) else {
      throw CommandFailure("cannot read '\(path.displayText)'; check the path and its permissions")
    }
    return handle
  }

  private func show(_ answer: ImportAnswer) throws {
    if format == .json { return try Console.write(text: try JSONText.document(answer)) }
    let scans =
      answer.fromScan >= answer.toScan
      ? "what was said since scan \(answer.toScan)"
      : "scans \(answer.fromScan + 1) to \(answer.toScan)"
    let words =
      answer.state == .already
      ? "\(scans): already there"
      : "\(scans): \(answer.rows) rows, \(answer.closed) ended, \(answer.seconds) s"
    try Console.write(
      text: "\(TerminalText.escaped(answer.source)): \(words)\nacknowledged \(answer.token)\n")
  }
}
