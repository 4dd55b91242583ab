import ArgumentParser
import Bundle
import Configuration
import Host
import Model
import Workflow

/// `backstory send`
struct SendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends the centre of [fleet] what scans changed since it last said what it has.",
    discussion: """
      backstory send
      backstory send --new-generation

      As 'backstory export', by ssh to [fleet] destination, where a key runs 'backstory-fleet import'; the answer is \
      remembered. What could not be sent is sent the next time, in one piece. A centre that was put back from a \
      copy gets what it lacks.

      Exit code 1: the centre did not take it, and said why on standard error.
      """)

  @Flag(
    help:
      "Begin anew at the centre: for a database that was put back from a copy, and has other scans than were sent."
  )
  var newGeneration = false

  @OptionGroup var database: DatabaseOptions

  mutating func run() throws {
    Account.keepNewFilesPrivate()
    guard let text = try database.configuration.settings().text(.fleetDestination) else {
      throw CommandFailure(
        "there is nowhere to send to: [fleet] of the configuration has no destination; "
          + "set one, or use 'backstory export'")
    }
    let destination = try FleetDestination(text)
    let file = try database.existingFile(to: .act)
    let notes = SentScans(of: file, waits: true, stop: try StopSignal())
    if newGeneration { try notes.beginGeneration() }
    let sent = try send(.unsent(destination: text), of: file, to: destination)
    try notes.note(sent.summary.toToken, to: text, now: .now)
    Console.log(.info, "\(sent.inWords), is at '\(text)'")
  }

  /// Sends a bundle, and once more from where the centre wants it.
  private func send(
    _ start: BundleStart, of file: PathBytes, to destination: FleetDestination,
    isAgain: Bool = false
  ) throws -> BundleShipment {
    let shipment = try BundleShipment(start, of: file)
    let (code, output) = try shipment.send(to: destination.command)
    let answer = FleetAnswer(output)
    for remark in answer.remarks { Console.log(.info, "'\(destination.text)': \(remark)") }
    if code == 0, answer.acknowledged == shipment.summary.toToken { return shipment }
    guard code != 0, !isAgain, let expected = answer.expected else {
      throw CommandFailure(
        "'\(destination.text)' did not say that it has scan \(shipment.summary.toScan) "
          + "(ssh ended with \(code)); it is sent again the next time")
    }
    switch expected {
    case .nothing: return try send(.full, of: file, to: destination, isAgain: true)
    case .scan(let token):
      do {
        return try send(.after(token), of: file, to: destination, isAgain: true)
      } catch BundleFault.forgottenScan {
        return try send(.full, of: file, to: destination, isAgain: true)
      }
    }
  }
}
