import ArgumentParser
import Configuration
import Foundation
import Host
import Scan

/// Which of libvirt's files a scan reads.
struct LibvirtOptions: ParsableArguments {
  @Flag(help: "Take pools, domains and snapshots from libvirt's own files; no daemon is asked.")
  var libvirt = false

  @Option(
    help: ArgumentHelp(
      "Where libvirt's etc, run and var are; the paths in their files mean this host's.",
      valueName: "dir"))
  var libvirtRoot: String?

  @Option(
    name: .customLong("domains"),
    help: ArgumentHelp(
      "A directory of domain XML, with those below it; may be repeated.", valueName: "dir"))
  var directories: [String] = []

  @Option(
    help: ArgumentHelp(
      "'none' says that there are no machines but those that are given: an image that none of them uses is "
        + "used by none.", valueName: "kind"))
  var machines: MachineDeclaration?

  /// What somebody says of machines that no source tells of.
  enum MachineDeclaration: String, ExpressibleByArgument, CaseIterable {
    case nobody = "none"
  }

  func validate() throws {
    if libvirtRoot != nil, !libvirt {
      throw ValidationError("--libvirt-root says where --libvirt looks; give both")
    }
  }

  /// What is to be read; `nil`: nothing of libvirt's.
  func request(escaped: Bool) throws -> LibvirtRequest? {
    guard libvirt || !directories.isEmpty || machines != nil else { return nil }
    var request = LibvirtRequest(
      root: libvirt ? try UserPath.absolute(libvirtRoot ?? "/", escaped: escaped) : nil,
      session: Self.session,
      directories: try directories.map { try UserPath.absolute($0, escaped: escaped) })
    request.hasNoOthers = machines != nil
    return request
  }

  /// What a configuration wants read; `nil`: nothing of libvirt's.
  static func request(_ settings: Settings) -> LibvirtRequest? {
    let viewers = settings.pools.flatMap(\.viewers)
    guard settings.flag(.libvirt) || !settings.paths(.domains).isEmpty || !viewers.isEmpty else {
      return nil
    }
    var request = LibvirtRequest(
      root: settings.flag(.libvirt) ? settings.path(.libvirtRoot) : nil,
      session: Self.session, directories: settings.paths(.domains))
    request.viewers = viewers
    request.viewedPaths = Set(settings.pools.filter { !$0.viewers.isEmpty }.flatMap(\.paths))
    return request
  }

  /// The invoking user's own libvirt; `nil` for a user without a home.
  private static var session: LibvirtRequest.Session? {
    let environment = ProcessInfo.processInfo.environment
    guard let home = environment.nonEmpty("HOME"), home.hasPrefix("/") else { return nil }
    return LibvirtRequest.Session(
      configuration: environment.nonEmpty("XDG_CONFIG_HOME") ?? "\(home)/.config",
      runtime: environment.nonEmpty("XDG_RUNTIME_DIR") ?? environment.nonEmpty("XDG_CACHE_HOME")
        ?? "\(home)/.cache")
  }
}
