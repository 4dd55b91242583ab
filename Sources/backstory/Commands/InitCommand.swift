import ArgumentParser
import Foundation
import Host
import Model
import Presentation
import Workflow

/// `backstory init`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a first configuration for this host.",
    discussion: """
      backstory init
      backstory init --dry-run
      backstory init --force /etc/backstory/backstory.toml

      Looks for libvirt's pools and machines, for Proxmox VE, VirtualBox, GNS3 and EVE-NG, and \
      for directories of images, and writes what it finds, with a reason for each line. It does \
      not scan. A file with settings is replaced only with --force.
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to write. (default: /etc/backstory/backstory.toml for root, else $XDG_CONFIG_HOME/backstory/backstory.toml)",
      valueName: "file"))
  var file: String?

  @Flag(help: "Print the configuration instead of writing it.")
  var dryRun = false

  @Flag(help: "Replace an existing configuration.")
  var force = false

  @Option(help: .hidden)
  var root = "/"

  mutating func run() throws {
    let survey = HostSurvey(root: try UserPath.absolute(root), home: Self.home)
    let text = survey.firstConfiguration
    guard !dryRun else { return try Console.write(text: text) }
    let path = try file.map { try UserPath.absolute($0) } ?? Self.usualFile()
    guard let place = path.exactText else {
      throw CommandFailure("'\(path.displayText)' is not UTF-8; name another file")
    }
    if !force, let known = FileManager.default.contents(atPath: place), Self.saysSomething(known) {
      throw CommandFailure(
        "'\(place)' exists already; print the new configuration with --dry-run, or replace the file with --force"
      )
    }
    let folder = path.directory.exactText ?? "/"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw CommandFailure(
        "cannot create the directory '\(folder)'; create it, or name another file")
    }
    try FileReplacement.write(Array(text.utf8), to: path, mode: 0o644)
    Console.log(
      .notice,
      "backstory: '\(place)' was written; read it, then run: backstory config check && backstory scan"
    )
  }

  /// Whether a file has a line that is neither empty nor a comment.
  private static func saysSomething(_ bytes: Data) -> Bool {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      let text = line.drop { $0 == " " || $0 == "\t" }
      return !text.isEmpty && text.first != "#"
    }
  }

  private static var home: PathBytes? {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    return home.hasPrefix("/") && home != "/" ? PathBytes(home) : nil
  }

  private static func usualFile() throws -> PathBytes {
    if Account.isRoot { return "/etc/backstory/backstory.toml" }
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment.nonEmpty("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
      return PathBytes(folder).appending("backstory/backstory.toml".utf8)
    }
    guard let home else { throw CommandFailure("HOME is not set; name the file to write") }
    return home.appending(".config/backstory/backstory.toml".utf8)
  }
}
