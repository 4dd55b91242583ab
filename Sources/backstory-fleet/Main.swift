import ArgumentParser
import Configuration
import Database
import Fleet
import Foundation
import Host
import Model
import Presentation

/// The edge of the program: every exit code is decided here.
@main enum Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard ProcessArguments.areUTF8 else {
      Console.complain("an argument is not UTF-8")
      exit(1)
    }
    Account.keepNewFilesPrivate()
    do {
      if let question = try HostQuestion(arguments) { exit(try question.run()) }
      var command = try FleetCommand.parseAsRoot(arguments)
      try command.run()
    } catch let status as ExitStatus {
      exit(status.exitCode)
    } catch {
      exit(leave(with: error, arguments))
    }
  }

  /// Says why the program ends.
  /// - Returns: the exit code.
  private static func leave(with error: any Error, _ arguments: [String]) -> Int32 {
    if case OutputFailure.readerGone = error { return 141 }
    if let sentence = sentence(of: error) {
      Console.complain(sentence)
      return 1
    }
    if !FleetCommand.exitCode(for: error).isSuccess {
      let message =
        FleetCommand.message(for: error).split(separator: "\n").first.map(String.init) ?? ""
      Console.complain(
        message.prefix(1).lowercased() + message.dropFirst() + "; see 'backstory-fleet --help'")
      return 1
    }
    let help = FleetCommand.fullMessage(for: error)
    if arguments.isEmpty {
      Console.complain(lines: help)
      return 1
    }
    print(help)
    return 0
  }

  /// What a failure of the rooms below means; `nil` for what is none of theirs, as bad usage.
  private static func sentence(of error: any Error) -> String? {
    switch error {
    case let fault as FleetFault: fault.message
    case let failure as CommandFailure: failure.message
    case let fault as StoreFault: fault.message
    case let faults as ConfigurationFaults:
      faults.faults.first?.message ?? "the configuration cannot be used"
    case OutputFailure.refused(let reason): "cannot write the output: \(reason)"
    case let fault as HostFault:
      "cannot \(fault.operation) '\(TerminalText.escaped(fault.path))': \(fault.reason)"
    case let error as CocoaError: "cannot go on: \(error.localizedDescription)"
    default: nil
    }
  }
}
