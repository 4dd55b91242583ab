/// Ends of a command that did its work, or said why not, and has an exit code left to give.
enum ExitStatus: Error, Hashable {
  /// Could not be done, and why has been said.
  case failed
  /// What was asked about is there: a finding, a difference, a dependent.
  case found
  /// Done in part.
  case partial
  /// Ended by a signal between two steps, and what became of each has been said.
  case interrupted(signal: Int32)
  /// A monitor's state, by its exit code.
  case state(Int32)

  /// The contract's exit code.
  var exitCode: Int32 {
    switch self {
    case .failed: 1
    case .found: 2
    case .partial: 3
    case .interrupted(let signal): 128 + signal
    case .state(let code): code
    }
  }
}

/// Something that the command could not do, in a sentence: what, why, and the remedy.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
  let message: String
  /// What the parser of arguments prints where it meets one.
  var description: String { message }

  init(_ message: String) { self.message = message }
}
