import ArgumentParser
import Fleet
import Foundation
import Model
import Presentation

/// `backstory-fleet collect [HOST…]`
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Asks hosts for their bundles by ssh, and takes them.",
    discussion: """
      backstory-fleet collect kvm17 kvm18=root@10.0.0.18
      backstory-fleet collect

      Runs 'backstory export' on each host, from the last scan that is here, and tells the host what has arrived. Without a \
      host all that ever reported are asked, by their names. One that does not answer holds up no other.
      """)

  @Argument(
    help: ArgumentHelp(
      "A host's name, with = and the address for ssh where it has another.", valueName: "host"))
  var hosts: [String] = []

  @Option(
    help: ArgumentHelp(
      "How hosts are reached; the address and a command follow.", valueName: "command"))
  var ssh = "ssh -T -o BatchMode=yes -o ConnectTimeout=10"

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    for host in hosts.map(CollectedHost.init) where !host.isUsable {
      throw ValidationError("'\(host.address)' is no address of a host")
    }
    if words.isEmpty { throw ValidationError("--ssh names no program") }
  }

  private var words: [String] { ssh.split(separator: " ").map(String.init) }

  mutating func run() throws {
    let fleet = try connection.fleet()
    let limit = try connection.maxBundle()
    let known = try fleet.sources()
    let asked = hosts.isEmpty ? known.map { $0.name } : hosts
    guard !asked.isEmpty else {
      throw CommandFailure("no host has reported yet; name those that are to be asked")
    }
    var failed = 0
    for host in asked.map(CollectedHost.init) {
      do {
        guard host.isUsable else {
          throw CommandFailure("its name is no address; name it as NAME=ADDRESS")
        }
        let token = known.first { $0.name == host.name }?.token
        try collect(host, since: token, for: fleet, limit)
      } catch {
        failed += 1
        Console.warn(["\(TerminalText.escaped(host.name)): \(Self.sentence(error))"])
      }
    }
    if failed == asked.count { throw ExitStatus.failed }
    if failed > 0 { throw ExitStatus.partial }
  }

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case let fault as FleetFault: fault.message
    case let failure as CommandFailure: failure.message
    default: error.localizedDescription
    }
  }

  private func collect(
    _ host: CollectedHost, since token: String?, for fleet: Fleet, _ limit: Int64
  ) throws {
    let answer: ImportAnswer
    do {
      answer = try take(host, token.map { ["--since", $0] } ?? ["--full"], fleet, limit)
    } catch let refusal as HostRefusal where token != nil && refusal.code == 1 {
      // It does not know that scan, or not any more.
      answer = try take(host, ["--full"], fleet, limit)
    }
    // What the host forgets may depend on what has arrived; that it does not hear of it does no harm.
    let told = try run(host, ["--acknowledged", answer.token], into: .nullDevice)
    if told != 0 { Console.warn(["\(host.name) was not told what has arrived"]) }
    try Console.write(
      text: "\(TerminalText.escaped(answer.source)): "
        + (answer.state == .already
          ? "nothing new\n"
          : "scan \(answer.toScan), \(answer.rows) rows, \(answer.closed) ended\n"))
  }

  private func take(
    _ host: CollectedHost, _ arguments: [String], _ fleet: Fleet, _ limit: Int64
  ) throws -> ImportAnswer {
    let pipe = Pipe()
    let process = try start(host, arguments, into: pipe)
    let bundle: BundleFile
    do { bundle = try BundleFile(from: pipe.fileHandleForReading, limit: limit) } catch {
      process.terminate()
      process.waitUntilExit()
      throw error
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw HostRefusal(code: process.terminationStatus)
    }
    return try fleet.take(bundle, from: host.name)
  }

  private func run(
    _ host: CollectedHost, _ arguments: [String], into output: FileHandle
  ) throws -> Int32 {
    let process = try start(host, arguments, into: output)
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func start(_ host: CollectedHost, _ arguments: [String], into output: Any) throws
    -> Process
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words + [host.address, "backstory", "export"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    return process
  }
}

/// A host that is asked, and where.
private struct CollectedHost {
  let name: String
  let address: String

  init(_ word: String) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    address = String(parts.last ?? "")
  }

  /// Whether ssh takes the address for one, and no shell for more.
  var isUsable: Bool {
    !name.isEmpty && !address.isEmpty && address.first != "-"
      && address.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || Self.marks.contains(byte)
      }
  }

  private static let marks = Set("@.-_:%[]/".utf8)
}

/// A host that did not answer, or refused.
private struct HostRefusal: LocalizedError {
  let code: Int32

  var errorDescription: String? {
    code == 255
      ? "it cannot be reached"
      : "'backstory export' on it ended with \(code), and said why"
  }
}
