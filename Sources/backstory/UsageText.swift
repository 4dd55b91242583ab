import ArgumentParser
import Model

/// Bad usage in one sentence.
enum UsageText {
  /// The parser's message as a sentence of ours, with where to read on.
  static func sentence(_ message: String, _ arguments: [String]) -> String {
    let command = command(arguments).map { " \($0)" } ?? ""
    return lowercasingFirst(oneLine(message)) + "; see 'backstory\(command) --help'"
  }

  /// The command that is meant, where one is named.
  static func command(_ arguments: [String]) -> String? {
    let names = BackstoryCommand.configuration.subcommands.compactMap {
      $0.configuration.commandName
    }
    return arguments.first { names.contains($0) }
  }

  /// The word after `help` that is no command, where there is one: the parser shows all commands then, as if
  /// nothing were wrong.
  static func unknownHelp(_ arguments: [String]) -> String? {
    guard arguments.first == "help", let word = arguments.dropFirst().first, !word.hasPrefix("-"),
      word != "help", command([word]) == nil
    else { return nil }
    return word
  }

  /// What to say of a first word that is no command; `nil` where it is one, or an option.
  static func unknownCommand(_ arguments: [String]) -> String? {
    let names = BackstoryCommand.configuration.subcommands.compactMap {
      $0.configuration.commandName
    }
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help", !names.contains(word)
    else { return nil }
    let nearest = EditDistance.nearest(to: word, among: names)
    return "there is no command '\(word)'"
      + (nearest.map { "; did you mean '\($0)'?" } ?? "; see 'backstory help'")
  }

  /// The message without its list of words on lines of their own, and without a full stop.
  private static func oneLine(_ message: String) -> String {
    let lines = message.split(separator: "\n")
    let words = lines.dropFirst().map { $0.drop { $0 == " " || $0 == "-" } }
    var text = lines.first.map(String.init) ?? ""
    text.replace(". Please provide one of", with: ": it is one of")
    text.replace(" the following:", with: " ")
    text += words.joined(separator: ", ")
    if let hint = text.firstRange(of: ". Did you mean "), text.last == "?" {
      text.replaceSubrange(hint, with: " (did you mean ")
      text += ")"
    }
    while text.last == "." { text.removeLast() }
    return text
  }

  private static func lowercasingFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}
