internal import CLinux
internal import Glibc
internal import Model

/// A program that was run and has ended; no shell has seen its words.
public struct ProgramRun: Hashable, Sendable {
  /// Its exit code; 128 and the number of the signal that ended it.
  public let code: Int32
  /// What it said on its outputs, up to 16 KiB.
  public let output: [UInt8]

  private static let outputLimit = 16 << 10

  /// The path by which a program opens the file that is passed to it, whatever stands at its name by then.
  public static let pathOfPassed = "/proc/self/fd/\(BS_PASSED)"

  /// Runs a program, found by `PATH`, and waits for its end. It inherits `file`, and can open it again by
  /// `pathOfPassed`.
  /// - Throws: `run` where it cannot be started.
  public init(running words: [[UInt8]], passing file: borrowing HeldFile) throws(HostFault) {
    // Above every number that the program is given.
    let passed = try Descriptor(
      bs_duplicate(file.descriptor.number, Int32(BS_PASSED) + 1, 0), "run", file.path)
    try self.init(running: words, passed)
  }

  private init(
    running words: [[UInt8]], _ passed: borrowing Descriptor
  ) throws(HostFault) {
    let number = passed.number
    let name = words.first ?? []
    guard !name.isEmpty, !words.joined().contains(0) else {
      throw HostFault(operation: "run", path: PathBytes(name), code: EINVAL)
    }
    let list = Array(words.map { $0 + [UInt8(0)] }.joined())
    var ran = bs_ran()
    output = unsafe [UInt8](unsafeUninitializedCapacity: Self.outputLimit) { buffer, filled in
      unsafe list.withUnsafeBytes { bytes in
        unsafe buffer.withMemoryRebound(to: CChar.self) { room in
          unsafe ran = bs_run(
            bytes.assumingMemoryBound(to: CChar.self).baseAddress, words.count, number,
            room.baseAddress, Self.outputLimit)
        }
      }
      filled = ran.bytes
    }
    try ran.fault.check("run", PathBytes(name))
    let signal = ran.status & 0x7f
    code = signal == 0 ? (ran.status >> 8) & 0xff : 128 + signal
  }
}
