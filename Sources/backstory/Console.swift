import Foundation
import Host
import Presentation

/// Standard output and standard error.
enum Console {
  /// What standard output can show.
  static var outputStyle: Style { style(of: .output) }
  /// What standard error can show; `nil` where it is no terminal.
  static var progressStyle: Style? {
    Terminal.errors.isInteractive ? style(of: .errors) : nil
  }

  /// The pager for standard output; `nil` where that is no terminal, or none is wanted.
  static var pager: String? {
    Terminal.output.isInteractive ? Pager.command(ProcessInfo.processInfo.environment) : nil
  }

  /// Writes an answer to standard output.
  /// - Throws: `OutputFailure` where the output takes no more, else what `body` throws.
  static func write(_ body: (ByteSink) throws -> Void) throws {
    var failure: OutputFailure?
    let sink = ByteSink { bytes in
      switch Terminal.output.write(bytes) {
      case .written: return
      case .readerGone: failure = .readerGone
      case .failed(let fault): failure = .refused(reason: fault.reason)
      }
      if let failure { throw failure }
    }
    do {
      try body(sink)
    } catch {
      // What lies between may have wrapped the failure.
      throw failure ?? error
    }
  }

  /// Writes text that is escaped already to standard output.
  static func write(text: String) throws {
    switch Terminal.output.write(Array(text.utf8)) {
    case .written: return
    case .readerGone: throw OutputFailure.readerGone
    case .failed(let fault): throw OutputFailure.refused(reason: fault.reason)
    }
  }

  /// Says a sentence on standard error.
  static func complain(_ sentence: String) { log(.error, "\(ProgramName.text): " + sentence) }

  /// Says what went wrong after the work was done.
  static func warn(_ sentences: [String]) {
    for sentence in sentences { log(.warning, "\(ProgramName.text): " + sentence) }
  }

  /// How much a line of the log matters: syslog's numbers (syslog(3)).
  enum Priority: Int {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
  }

  /// Says a line on standard error; where that is the journal, with its priority (sd-daemon(3)).
  static func log(_ priority: Priority, _ line: String) {
    let mark = JournalStream.isStandardError ? "<\(priority.rawValue)>" : ""
    complain(lines: mark + TerminalText.escaped(line))
  }

  /// Says lines of our own on standard error; where that is gone, there is nobody to tell.
  static func complain(lines: String) { _ = Terminal.errors.write(Array((lines + "\n").utf8)) }

  /// Draws text over the line of standard error on which the cursor stands.
  static func draw(_ text: String) {
    _ = Terminal.errors.write(Array("\r\u{1b}[K\(text)".utf8))
  }

  private static func style(of terminal: Terminal) -> Style {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = terminal.isInteractive
    let wantsColor = environment.nonEmpty("NO_COLOR") == nil && environment["TERM"] != "dumb"
    return Style(
      width: isTerminal ? terminal.columns ?? 80 : nil, hasColor: isTerminal && wantsColor,
      hasUnicode: Terminal.usesUTF8)
  }
}

/// Standard output took no more.
enum OutputFailure: Error, Hashable {
  /// The reader went away, as `head` does: that is no fault.
  case readerGone
  /// The system's own words.
  case refused(reason: String)
}
