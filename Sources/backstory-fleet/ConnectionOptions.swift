import ArgumentParser
import Configuration
import Fleet
import Foundation
import Host
import Model

/// Which fleet.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The database, as libpq's connection string or URI; else $BACKSTORY_FLEET, else 'database' in [fleet].",
      valueName: "conninfo"))
  var connect: String?

  @OptionGroup var configuration: ConfigurationOptions

  /// What libpq is told.
  func connection() throws -> String {
    if let connect { return connect }
    if let named = ProcessInfo.processInfo.environment.nonEmpty("BACKSTORY_FLEET") { return named }
    if case .text(let named) = try configuration.settings().value(.fleetDatabase) { return named }
    throw CommandFailure(
      "nobody says where the fleet's database is; name it with --connect, $BACKSTORY_FLEET or 'database' in [fleet]"
    )
  }

  /// The fleet, where its tables are those of this program.
  func fleet() throws -> Fleet { try Fleet.existing(connection: try connection()) }

  /// Milliseconds after which a host that was not heard of is silent.
  func maxAge() throws -> Int64 {
    try configuration.settings().age(.fleetMaxAge)?.milliseconds ?? 36 * 3_600_000
  }

  /// Bytes that a bundle may have.
  func maxBundle() throws -> Int64 {
    guard case .text(let text) = try configuration.settings().value(.fleetMaxBundle) else {
      return 1 << 30
    }
    guard let size = ByteCount(text), size.bytes > 0 else {
      throw CommandFailure(
        "'max-bundle' in [fleet] is '\(text)', and that is no size; write \"1GiB\"")
    }
    return Int64(clamping: size.bytes)
  }
}
