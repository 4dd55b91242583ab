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

  /// Writes text of the Libvirt room's, escaped there, to standard output.
  static func write(xml: String) throws {
    switch Terminal.output.write(Array(xml.utf8)) {
    case .written: return
    case .readerGone: throw OutputFailure.readerGone
    case .failed(let fault): throw OutputFailure.refused(reason: fault.reason)
    }
  }

  /// Says a sentence on standard error.
  static func complain(_ sentence: String) {
    complain(lines: "backstory: " + TerminalText.escaped(sentence))
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
