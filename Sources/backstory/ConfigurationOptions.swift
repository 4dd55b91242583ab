import ArgumentParser
import Configuration
import Foundation
import Host
import Model

/// Which configuration.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file. (default: $BACKSTORY_CONFIG, else /etc/backstory/backstory.toml for root "
        + "and $XDG_CONFIG_HOME/backstory/backstory.toml for others)", valueName: "file"))
  var configuration: String?

  /// The file; `nil` for a user who has no home for one.
  func file() throws -> ConfigurationFile? {
    let environment = ProcessInfo.processInfo.environment
    if let named = configuration ?? environment.nonEmpty("BACKSTORY_CONFIG") {
      return ConfigurationFile(try UserPath.absolute(named), isNamed: true)
    }
    let name = "backstory/backstory.toml"
    if Account.isRoot { return ConfigurationFile("/etc/backstory/backstory.toml", isNamed: false) }
    if let folder = environment.nonEmpty("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
      return ConfigurationFile(PathBytes(folder.utf8).appending(name.utf8), isNamed: false)
    }
    return environment.nonEmpty("HOME").map {
      ConfigurationFile(PathBytes($0.utf8).appending(".config/\(name)".utf8), isNamed: false)
    }
  }

  /// What it says.
  func settings() throws -> Settings {
    try file()?.settings(isRoot: Account.isRoot) ?? Settings()
  }
}

extension [String: String] {
  /// The value of a variable, where it is set to anything.
  func nonEmpty(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether a program is found by `PATH`.
  func hasProgram(_ name: String) -> Bool {
    (self["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
