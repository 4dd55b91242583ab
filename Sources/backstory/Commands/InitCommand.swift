import ArgumentParser
import Foundation
import Host
import Libvirt
import Machines
import Model
import Presentation

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
    let text = FirstConfiguration(root: try UserPath.absolute(root), home: Self.home).text
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

/// A first configuration, from what a host has.
struct FirstConfiguration {
  private let root: PathBytes
  private let home: PathBytes?

  init(root: PathBytes, home: PathBytes?) {
    self.root = root
    self.home = root == "/" ? home : nil
  }

  /// Directories in which distributions and products keep images.
  private static let usual = [
    "var/lib/libvirt/images", "var/lib/vz/images", "srv/images", "srv/vms",
  ]

  /// The text of the file.
  var text: String {
    var text = """
      # Written by 'backstory init' for this host. All keys: 'backstory config keys'.
      # Check it with 'backstory config check', then run 'backstory scan'.


      """
    let pools = libvirtPools
    if hasLibvirt {
      text += "# libvirt is installed: its pools are scanned and its machines known.\n"
      for pool in pools { text += "#   \(pool.name) \(pool.path)\n" }
      text += "[libvirt]\nenabled = true\n\n"
    }
    let covered = Set(pools.map(\.path))
    for folder in folders where !covered.contains(folder.displayText) {
      let name = String(decoding: folder.name, as: UTF8.self)
      text += """
        # A usual directory for images.
        [[pool]]
        name = \(Self.quoted(name))
        path = \(Self.quoted(folder.displayText))


        """
    }
    for (kind, place) in sources {
      text += """
        # Machines of '\(kind.rawValue)' are at \(place.displayText).
        [[machines]]
        kind = \(Self.quoted(kind.rawValue))


        """
    }
    if !hasLibvirt, folders.isEmpty {
      text += """
        # No pool was found. Name the directory of your images.
        # [[pool]]
        # name = "images"
        # path = "/srv/images"


        """
    }
    text += """
      [retention]
      keep-last = 30
      keep-daily = 30
      keep-monthly = 24

      """
    let collector = root.appending("var/lib/prometheus/node-exporter".utf8)
    if Self.isDirectory(collector) {
      text += """

        # node_exporter's textfile collector is there.
        [output]
        metrics = \(Self.quoted(collector.displayText + "/backstory.prom"))

        """
    }
    return text
      + """

      # Where to send what opens and closes; test it with 'backstory notify --always'.
      # [notify]
      # mail = ["root"]

      """
  }

  private var hasLibvirt: Bool { Self.isDirectory(root.appending("etc/libvirt/qemu".utf8)) }

  /// libvirt's pools that are directories, by name and path, in order; for eyes.
  private var libvirtPools: [(name: String, path: String)] {
    let folder = root.appending("etc/libvirt/storage".utf8)
    guard let path = folder.exactText,
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    else { return [] }
    return names.filter { $0.hasSuffix(".xml") }.sorted().compactMap { name in
      guard let text = FileManager.default.contents(atPath: "\(path)/\(name)"),
        let facts = try? PoolFacts(parsing: Array(text)),
        let target = facts.targetPath
      else { return nil }
      return (TerminalText.escaped(facts.name), TerminalText.escaped(PathBytes(target)))
    }
  }

  /// Directories of images, where libvirt's pools say nothing.
  private var folders: [PathBytes] {
    let own = [".local/share/libvirt/images"].compactMap { home?.appending($0.utf8) }
    return (Self.usual.map { root.appending($0.utf8) } + own).filter { folder in
      guard Self.isDirectory(folder),
        !(hasLibvirt && folder.displayText.hasSuffix("libvirt/images"))
      else { return false }
      let names = folder.exactText.flatMap {
        try? FileManager.default.contentsOfDirectory(atPath: $0)
      }
      return names?.isEmpty == false
    }
  }

  /// Other keepers of machines that are there.
  private var sources: [(MachineSourceKind, PathBytes)] {
    MachineSourceKind.allCases.filter { $0 != .running }.flatMap { kind in
      kind.usualPlaces(below: root, home: home).prefix { Self.isDirectory($0) }.prefix(1)
        .map { (kind, $0) }
    }
  }

  private static func isDirectory(_ path: PathBytes) -> Bool {
    do throws(HostFault) {
      return try statusIfThere(ofPath: path, followingLink: true)?.kind == .directory
    } catch {
      // What cannot be read cannot be scanned by whoever asks.
      return false
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
