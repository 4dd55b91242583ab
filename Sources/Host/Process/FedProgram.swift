internal import CLinux
internal import Glibc
internal import Model

/// A command of the shell that is fed by a pipe: a pager, or whoever is to be told.
public struct FedProgram: ~Copyable {
  /// What it reads.
  public let input: Terminal
  private let command: String
  private let child: Int32
  private let descriptor: Int32

  /// Begins a command. One `apart` has no part in the terminal: what it says goes to standard error, and it can be
  /// given a time to end.
  /// - Throws: `run` where it cannot be started.
  public init(_ command: String, apart: Bool) throws(HostFault) {
    try self.init(command, apart: apart, output: -1)
  }

  /// Begins a command apart whose output goes to a file.
  /// - Throws: `run` where it cannot be started.
  public init(_ command: String, into file: borrowing DraftFile) throws(HostFault) {
    try self.init(command, apart: true, output: file.descriptor.number)
  }

  /// Begins a command apart whose output goes to standard output.
  /// - Throws: `run` where it cannot be started.
  public init(ontoOutput command: String) throws(HostFault) {
    try self.init(command, apart: true, output: STDOUT_FILENO)
  }

  private init(_ command: String, apart: Bool, output: Int32) throws(HostFault) {
    var (descriptor, child): (Int32, Int32) = (-1, -1)
    let result = unsafe command.withCString {
      unsafe bs_feed_begin($0, apart ? 1 : 0, output, &descriptor, &child)
    }
    try result.check("run", PathBytes(command))
    self.command = command
    self.child = child
    self.descriptor = descriptor
    input = Terminal(descriptor: descriptor)
  }

  /// Ends its input and waits for its end, so long at most; then it is killed, where it is apart.
  /// - Returns: its exit code.
  /// - Throws: `run` where the time was over.
  public consuming func finish(withinMilliseconds limit: Int64? = nil) throws(HostFault) -> Int32 {
    _ = bs_close(descriptor)
    let code = bs_feed_end(child, limit ?? -1)
    try code.check("run", PathBytes(command))
    return code
  }
}
