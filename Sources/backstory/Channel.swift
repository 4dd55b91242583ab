import Configuration
import Foundation
import Host
import Model
import Presentation
import Query

/// A way on which somebody is told.
struct Channel {
  /// The name by which it is remembered of what it told last.
  let name: String
  private let form: Form

  private enum Form {
    /// A command of the shell that reads JSON.
    case command(String)
    /// Addresses, and the program that sends.
    case mail([String], sendmail: String)
  }

  /// Milliseconds that a command may take.
  private static let patience: Int64 = 120_000

  /// All that the configuration names.
  static func all(_ settings: Settings) -> [Channel] {
    var channels: [Channel] = []
    if case .text(let command) = settings.value(.notifyCommand) {
      channels.append(Channel(name: "command", form: .command(command)))
    }
    let addresses = settings.texts(.notifyMail)
    if !addresses.isEmpty {
      let program = settings.path(.notifySendmail)?.exactText ?? "/usr/sbin/sendmail"
      channels.append(Channel(name: "mail", form: .mail(addresses, sendmail: program)))
    }
    return channels
  }

  /// Tells it.
  /// - Throws: `CommandFailure` where the program failed, or took too long.
  func tell(_ notice: Notice) throws {
    switch form {
    case .command(let command):
      let words = [
        ("SUBJECT", notice.subject), ("EVENT", notice.event.rawValue), ("HOST", notice.host),
      ]
      let variables = words.map { "BACKSTORY_\($0)=\(Self.quoted($1))" }.joined(separator: " ")
      let line = "export \(variables)\n\(command)"
      try run(line, as: "the command of [notify]", feeding: try json(notice))
    case .mail(let addresses, let program):
      let line =
        "\(Self.quoted(program)) -i -- " + addresses.map(Self.quoted).joined(separator: " ")
      try run(line, as: "'\(program)'", feeding: Array(message(notice, to: addresses).utf8))
    }
  }

  private func run(_ line: String, as name: String, feeding bytes: [UInt8]) throws {
    let program = try FedProgram(line, apart: true)
    let delivery = program.input.write(bytes)
    let code: Int32
    do {
      code = try program.finish(withinMilliseconds: Self.patience)
    } catch {
      throw CommandFailure("\(name) did not end within \(Self.patience / 1000) s and was killed")
    }
    guard code == 0 else {
      throw CommandFailure("\(name) failed with \(code); try it with 'backstory notify --always'")
    }
    // Who needs none of it may leave it unread.
    if case .failed(let fault) = delivery {
      throw CommandFailure("\(name) could not be told: \(fault.reason)")
    }
  }

  private func json(_ notice: Notice) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let style = Style(width: nil, hasColor: false, hasUnicode: true)
    try Report.notice(notice).write(as: .json, style: style, to: ByteSink { bytes += $0 })
    return bytes
  }

  /// A message as RFC 5322 has it; a subject that is not ASCII as RFC 2047 has it.
  private func message(_ notice: Notice, to addresses: [String]) -> String {
    """
    To: \(addresses.joined(separator: ", "))
    Subject: \(Self.encoded(notice.subject))
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: 8bit
    Auto-Submitted: auto-generated
    X-Backstory-Event: \(notice.event.rawValue)

    \(notice.text)
    """
  }

  static func encoded(_ subject: String) -> String {
    let text = TerminalText.escaped(subject)
    guard text.unicodeScalars.contains(where: { !$0.isASCII }) else { return text }
    // An encoded word takes 75 characters: 45 bytes of text, cut between characters.
    var words: [[UInt8]] = [[]]
    for character in text {
      let bytes = Array(String(character).utf8)
      if (words.last?.count ?? 0) + bytes.count > 42 { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\n ")
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
