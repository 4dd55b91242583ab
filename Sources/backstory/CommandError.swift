import Bundle
import Configuration
import Database
import DiskXML
import Host
import Model
import Presentation
import Query
import Workflow

/// What a failure of the rooms below means to the user: one sentence and an exit code.
struct CommandError {
  /// The problem, the subject and the remedy; `nil` where there is nobody to tell.
  let sentence: String?
  /// The contract's exit code.
  let exitCode: Int32

  private init(_ sentence: String?, exitCode: Int32 = 1) {
    self.sentence = sentence
    self.exitCode = exitCode
  }

  /// - Returns: `nil` for what is no failure of these rooms, as bad usage.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self.init(failure.message)
    case let fault as StoreFault: self.init(fault.message)
    case let fault as BundleFault: self.init(fault.message)
    case let faults as ConfigurationFaults: self.init(faults)
    case let refusal as ScanRefusal: self.init(refusal)
    case let refusal as DiskRefusal: self.init("cannot write the XML: " + refusal.message)
    case let fault as DiskElementFault:
      self.init("cannot write the XML: \(fault.reason); see 'backstory check'")
    case let failure as OutputFailure: self.init(failure)
    case let fault as HostFault:
      let path = TerminalText.escaped(fault.path)
      self.init(
        "cannot \(fault.operation) '\(path)': \(fault.reason); check the path and its permissions")
    default: return nil
    }
  }

  private init(_ faults: ConfigurationFaults) {
    let more = faults.faults.count - 1
    let rest = more > 0 ? " (and \(more) more; see 'backstory config check')" : ""
    self.init((faults.faults.first?.message ?? "the configuration cannot be used") + rest)
  }

  private init(_ failure: OutputFailure) {
    switch failure {
    case .refused(let reason):
      self.init("cannot write the output: \(reason); send it somewhere else")
    case .readerGone:
      // What a shell shows for a writer that SIGPIPE ends.
      self.init(nil, exitCode: 141)
    }
  }

  private init(_ refusal: ScanRefusal) {
    switch refusal {
    case .nothingThere(let path):
      let shown = TerminalText.escaped(path)
      self.init("'\(shown)' does not exist and was never scanned; check the path")
    case .notAPool(let path):
      let shown = TerminalText.escaped(path)
      self.init(
        "'\(shown)' is neither a directory nor a file; name a directory of images, or an image")
    case .noSuchPool(let name):
      self.init(
        "this scan covers no pool '\(name)', so --exclusive does not apply; "
          + "'backstory pools' lists their names")
    case .nothingToScan:
      self.init("there is nothing to scan: no path was given and none was scanned before; name one")
    case .alreadyRunning(let holder):
      let owner = holder.owner.isEmpty ? "backstory" : TerminalText.escaped(holder.owner)
      self.init(
        "'\(owner)' is already using the database (process \(holder.processID)); "
          + "wait for it with --wait")
    case .databaseAppeared(let path):
      self.init(
        "the database '\(TerminalText.escaped(path))' did not exist when the scan began, but has "
          + "scans now; nothing was changed, scan again")
    case .interrupted(let signal):
      self.init("interrupted; the database is as it was before", exitCode: 128 + signal)
    }
  }
}
