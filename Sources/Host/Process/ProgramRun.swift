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

  /// Runs a program, found by `PATH`, and waits for its end.
  /// - Throws: `run` where it cannot be started.
  public init(running words: [[UInt8]]) throws(HostFault) {
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
            bytes.assumingMemoryBound(to: CChar.self).baseAddress, words.count, room.baseAddress,
            Self.outputLimit)
        }
      }
      filled = ran.bytes
    }
    try ran.fault.check("run", PathBytes(name))
    let signal = ran.status & 0x7f
    code = signal == 0 ? (ran.status >> 8) & 0xff : 128 + signal
  }
}
