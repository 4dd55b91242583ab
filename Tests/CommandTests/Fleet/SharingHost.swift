import Foundation
import Testing

/// A host with libvirt's files of its own, and pools that others may have as well.
final class SharingHost {
  let folder: Folder
  let name: String
  let pools: [String]
  private var token: String?

  /// - Parameter isOwn: whether a machine of its own uses an image of its own: a host without machines would say nothing
  ///   of them.
  init(_ name: String, pools: String..., isOwn: Bool = true) throws {
    folder = try Folder()
    self.name = name
    self.pools = pools
    for place in ["etc/libvirt/storage", "etc/libvirt/qemu", "run/libvirt/qemu"] {
      try FileManager.default.createDirectory(
        at: folder.url("root/\(place)"), withIntermediateDirectories: true)
    }
    if isOwn { try define("\(name)-own", "own-\(name).qcow2") }
  }

  /// Defines a machine with a disk in the first pool, or another.
  func define(_ machine: String, _ image: String, in pool: Int = 0) throws {
    let disk =
      "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='\(pools[pool])/\(image)'/>"
      + "<target dev='vda'/></disk>"
    try Data(LibvirtTree.domain(machine, [disk]).utf8).write(
      to: folder.url("root/etc/libvirt/qemu/\(machine).xml"))
  }

  func undefine(_ machine: String) throws {
    try FileManager.default.removeItem(at: folder.url("root/etc/libvirt/qemu/\(machine).xml"))
  }

  /// Scans, and sends nothing.
  func scan() throws {
    let scan = try Program.run(
      ["scan"] + pools + ["--libvirt", "--libvirt-root", folder.url("root").path], in: folder,
      environment: ["BACKSTORY_DB": folder.url("db").path])
    #expect(scan.code == 0, "\(scan.output)\(scan.complaint)")
  }

  /// Scans, and sends what it saw.
  /// - Parameter change: a statement that is run on the bundle before it goes: what other hosts would have written.
  func night(to centre: FleetCentre, changed change: String? = nil) throws {
    try scan()
    let database = ["BACKSTORY_DB": folder.url("db").path]
    let bundle = folder.url("bundle").path
    try? FileManager.default.removeItem(atPath: bundle)
    let export = try Program.run(
      ["export", "--to", bundle] + (token.map { ["--since", $0] } ?? []), in: folder,
      environment: database)
    #expect(export.code == 0, "\(export.complaint)")
    if let change { try FleetHost.alter("bundle", change, in: folder) }
    let taken = try centre.ask("import", "--source", name, bundle)
    #expect(taken.code == 0, "\(taken.complaint)")
    token = taken.output.split(separator: "\n").last?.split(separator: " ").last.map(String.init)
  }
}

extension FleetHost {
  /// Unpacks a bundle in its place, and runs a statement on it.
  static func alter(_ file: String, _ statement: String, in folder: Folder) throws {
    let run = try Program.shell(
      """
      if zstd -dc \(file) > \(file).plain 2>/dev/null || gzip -dc \(file) > \(file).plain 2>/dev/null; then
        mv \(file).plain \(file)
      fi
      sqlite3 \(file) "\(statement)"
      """, in: folder)
    #expect(run.code == 0, "\(run.complaint)")
  }
}
