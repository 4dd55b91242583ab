import Foundation
import Host
import Presentation

/// What shows a long answer on a terminal page by page, as git has it.
enum Pager {
  /// The command: `$BACKSTORY_PAGER`, else `$PAGER`, else less where it is there; `nil` where none is wanted.
  static func command(_ environment: [String: String]) -> String? {
    let wanted = environment["BACKSTORY_PAGER"] ?? environment["PAGER"] ?? usual(environment)
    guard let wanted, !wanted.isEmpty, wanted != "cat", environment["TERM"] != "dumb" else {
      return nil
    }
    // Of an answer that fits the screen less is not seen: it ends at once (F), lets colours through (R), and leaves
    // the screen as it is (X).
    return "LESS=${LESS-FRX} LV=${LV--c}; export LESS LV; \(wanted)"
  }

  /// The shell's exit codes for a command that is not there, or no program (sh(1)).
  private static let noPager: [Int32] = [126, 127]

  private static func usual(_ environment: [String: String]) -> String? {
    environment.hasProgram("less") ? "less" : nil
  }

  /// Writes an answer through the pager, and waits until the user has left it. Who leaves it early has seen enough.
  static func show(through command: String, _ body: (ByteSink) throws -> Void) throws {
    let program = try FedProgram(command, apart: false)
    let input = program.input
    var isLeft = false
    let sink = ByteSink { bytes in
      if case .written = input.write(bytes) { return }
      isLeft = true
      throw OutputFailure.readerGone
    }
    var failure: (any Error)?
    do { try body(sink) } catch { failure = error }
    let code = try program.finish()
    // The shell has said that there is no such pager: the answer is not lost with it.
    if noPager.contains(code) { return try Console.write(body) }
    if let failure, !isLeft { throw failure }
  }
}
