import ArgumentParser
import Configuration
import Foundation
import Host
import Workflow

/// Which of libvirt's files a scan reads.
struct LibvirtOptions: ParsableArguments {
  @Flag(help: "Read pools, domains and snapshots from libvirt's own files, without a daemon.")
  var libvirt = false

  @Option(
    help: ArgumentHelp(
      "The root of libvirt's etc, run and var; paths in its files are paths of this host.",
      valueName: "dir"))
  var libvirtRoot: String?

  @Option(
    name: .customLong("domains"),
    help: ArgumentHelp(
      "A directory tree of domain XML; may be repeated.", valueName: "dir"))
  var directories: [String] = []

  @Option(
    name: .customLong("machines"),
    help: ArgumentHelp(
      "A source of machines: libvirt[=ROOT], domains=DIR, list=FILE, pve[=DIR], vmware=DIR, vbox[=DIR], gns3[=DIR], eve[=DIR], xo=DIR, incus[=DIR], running, auto[=ROOT], or "
        + "none if there are no others; may be repeated.", valueName: "kind[=path]"))
  var sources: [String] = []

  func validate() throws {
    if libvirtRoot != nil, !libvirt {
      throw ValidationError("--libvirt-root requires --libvirt")
    }
  }

  /// What is to be read; `nil`: the command line says nothing of machines.
  func request(escaped: Bool) throws -> (libvirt: LibvirtRequest?, machines: MachineSources)? {
    var machines = MachineSources()
    for source in sources { try machines.add(argument: source, escaped: escaped) }
    if libvirt {
      let own = try UserPath.absolute(libvirtRoot ?? "/", escaped: escaped)
      if let fault = machines.addLibvirt(below: own) { throw ValidationError(fault) }
    }
    let root = machines.libvirtRoot
    let all =
      try directories.map { try UserPath.absolute($0, escaped: escaped) } + machines.directories
    guard root != nil || !all.isEmpty || !machines.isEmpty else { return nil }
    guard root != nil || !all.isEmpty || machines.hasNoOthers else { return (nil, machines) }
    var request = LibvirtRequest(root: root, session: Self.session, directories: all)
    request.hasNoOthers = machines.hasNoOthers
    request.isSearched = machines.isLibvirtSearched
    return (request, machines)
  }

  /// What a configuration wants read; `nil`: nothing of libvirt's.
  /// - Throws: for a second root of libvirt.
  static func request(
    _ settings: Settings, _ machines: MachineSources
  ) throws -> LibvirtRequest? {
    var machines = machines
    if settings.flag(.libvirt), let own = settings.path(.libvirtRoot),
      let fault = machines.addLibvirt(below: own)
    {
      throw ValidationError("the configuration: \(fault)")
    }
    let viewers = settings.pools.flatMap(\.viewers)
    let directories = settings.paths(.domains) + machines.directories
    let root = machines.libvirtRoot
    guard root != nil || !directories.isEmpty || !viewers.isEmpty || machines.hasNoOthers else {
      return nil
    }
    var request = LibvirtRequest(root: root, session: Self.session, directories: directories)
    request.hasNoOthers = machines.hasNoOthers
    request.isSearched = machines.isLibvirtSearched
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
