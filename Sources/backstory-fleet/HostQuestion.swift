import ArgumentParser
import Bundle
import Fleet
import Foundation
import Host
import Model

/// A question to one host of the fleet: its database is put together again, and `backstory` asked, so that the answer is
/// the host's own, byte for byte.
struct HostQuestion {
  private let host: String
  private let command: [String]
  private let connection: ConnectionOptions

  /// What only asks. What writes, or plans what is to be done to images, is the host's own business.
  private static let asking: Set = [
    "list", "show", "chain", "dependents", "graph", "report", "status", "check", "broken",
    "unformatted", "orphans", "diff", "log", "history", "blame", "uses", "nights", "bisect", "why",
    "churn", "trend", "scans", "pools", "machines", "sql", "metrics", "monitor",
  ]
  private static let refused: Set = ["--script", "--forget", "--rename", "--db"]

  /// - Returns: `nil` where the words name no host.
  init?(_ words: [String]) throws {
    var rest: [String] = []
    var own: [String] = []
    var host: String?
    var index = 0
    while index < words.count {
      let word = words[index]
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.map(String.init), word != "--",
        ["--host", "--connect", "--config"].contains(name)
      else {
        if word == "--" {
          rest += words[index...]
          break
        }
        rest.append(word)
        index += 1
        continue
      }
      let value =
        parts.count > 1 ? String(parts[1]) : index + 1 < words.count ? words[index + 1] : nil
      guard let value, !value.isEmpty else { throw CommandFailure("'\(name)' needs a value") }
      if name == "--host" { host = value } else { own += [name, value] }
      index += parts.count > 1 ? 1 : 2
    }
    guard let host, let verb = rest.first, Self.asking.contains(verb) else { return nil }
    if let word = rest.first(where: { Self.refused.contains(String($0.prefix { $0 != "=" })) }) {
      throw CommandFailure("'\(word)' is for the host itself; run 'backstory \(verb)' there")
    }
    self.host = host
    command = rest
    connection = try ConnectionOptions.parse(own)
  }

  /// Asks.
  /// - Returns: the exit code of the answer.
  func run() throws -> Int32 {
    let folder = try TemporaryFolder()
    let database = folder.file("inventory.sqlite")
    try connection.fleet().extract(host, to: PathBytes(database.path))
    // The settings of the centre's own disks are no concern of a host's.
    let settings = folder.file("backstory.toml")
    try Data().write(to: settings)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try Self.program())
    process.arguments = command + ["--db", database.path]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["BACKSTORY_CONFIG": settings.path]) { $1 }
    // A name of an image is not one of a file that stands here.
    process.currentDirectoryURL = folder.url
    try process.run()
    process.waitUntilExit()
    let code = process.terminationStatus
    withExtendedLifetime(folder) {}
    return process.terminationReason == .exit ? code : 128 + code
  }

  /// `backstory`, which stands beside this program, or where the shell finds it.
  private static func program() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = URL(fileURLWithPath: own).deletingLastPathComponent().appending(path: "backstory")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let places = [beside.path] + path.split(separator: ":").map { "\($0)/backstory" }
    guard let found = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw CommandFailure(
        "a host's answer is made by 'backstory', which is not there; install the package of that name"
      )
    }
    return found
  }
}
