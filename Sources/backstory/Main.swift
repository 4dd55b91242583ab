import ArgumentParser
import Foundation
import Host
import Presentation

/// The edge of the program: every exit code is decided here.
@main enum Main {
  static func main() {
    LastWords.set(
      "backstory: ended by an internal error, or out of memory (raise the limit if there is one); unfinished work is not in the database\n"
    )
    let arguments = withCommand(
      LeadingOptions.behindTheCommand(Array(CommandLine.arguments.dropFirst())))
    guard ProcessArguments.areUTF8 else {
      Console.complain(
        "an argument is not UTF-8; give a name that is not UTF-8 with --escaped")
      exit(1)
    }
    if let word = UsageText.unknownHelp(arguments) {
      Console.complain("there is no command '\(word)'; see 'backstory help'")
      exit(1)
    }
    if let complaint = UsageText.unknownCommand(arguments) {
      Console.complain(complaint)
      exit(1)
    }
    do {
      var command = try BackstoryCommand.parseAsRoot(arguments)
      try command.run()
    } catch let verdict as ExitStatus {
      exit(verdict.exitCode)
    } catch {
      exit(leave(with: error, arguments))
    }
  }

  /// Without a command, `status` is shown if there is a database, or if one is named.
  private static func withCommand(_ arguments: [String]) -> [String] {
    guard LeadingOptions.isAll(of: arguments) else { return arguments }
    if arguments.isEmpty {
      guard let database = try? DatabaseOptions.parse([]), (try? database.existingFile()) != nil
      else { return arguments }
    }
    return [StatusCommand.configuration.commandName ?? "status"] + arguments
  }

  /// Says why the program ends, where there is anything to say.
  /// - Returns: the exit code.
  private static func leave(with error: any Error, _ arguments: [String]) -> Int32 {
    if let ending = CommandError(error) {
      if let sentence = ending.sentence { Console.complain(sentence) }
      return ending.exitCode
    }
    if !BackstoryCommand.exitCode(for: error).isSuccess {
      return refuse(UsageText.sentence(BackstoryCommand.message(for: error), arguments), arguments)
    }
    let help = BackstoryCommand.fullMessage(for: error)
    if arguments.isEmpty {
      Console.complain(lines: help)
      return 1
    }
    print(help)
    return 0
  }

  /// Says what is wrong with the usage. Whoever runs `monitor` reads one line of its output, and 1
  /// would be a warning to them.
  private static func refuse(_ sentence: String, _ arguments: [String]) -> Int32 {
    Console.complain(sentence)
    guard UsageText.command(arguments) == MonitorCommand.configuration.commandName else { return 1 }
    let line = MonitorLine(unknown: sentence)
    try? Console.write(text: line.text + "\n")
    return line.state.rawValue
  }
}
