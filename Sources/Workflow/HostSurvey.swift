internal import Foundation
internal import Host
internal import Libvirt
public import Machines
public import Model

/// What a host has that a scan may be told of: libvirt, directories of images, keepers of machines.
///
/// It serves a first configuration, which a person reads before it counts; what cannot be read is left out.
public struct HostSurvey {
  /// One of libvirt's pools that is a directory.
  public struct Pool {
    /// What libvirt calls it.
    public let name: PathBytes
    /// Its target.
    public let path: PathBytes
  }

  /// A place in which somebody keeps machines.
  public struct Source {
    /// Who keeps them.
    public let kind: MachineSourceKind
    /// Where.
    public let path: PathBytes
  }

  /// Whether libvirt is installed.
  public let hasLibvirt: Bool
  /// libvirt's pools that are directories, in order of their names.
  public let libvirtPools: [Pool]
  /// Directories of images that are not libvirt's pools.
  public let folders: [PathBytes]
  /// Other keepers of machines.
  public let sources: [Source]
  /// Where `node_exporter` reads metrics; `nil` where it does not.
  public let metricsFolder: PathBytes?

  /// Looks below a root, and for its own user in a home.
  public init(root: PathBytes, home: PathBytes?) {
    let home = root == "/" ? home : nil
    let hasLibvirt = Self.isDirectory(root.appending("etc/libvirt/qemu".utf8))
    let pools = Self.libvirtPools(in: root.appending("etc/libvirt/storage".utf8))
    let covered = Set(
      pools.flatMap { [$0.path, root.appending($0.path.bytes.drop { $0 == UInt8(ascii: "/") })] })
    self.hasLibvirt = hasLibvirt
    libvirtPools = pools
    // libvirt keeps images there before anybody defines a pool of it.
    let libvirtsOwn = hasLibvirt ? root.appending(Self.libvirtFolder.utf8) : nil
    folders = Self.usualFolders(below: root, home: home).filter { folder in
      !covered.contains(folder)
        && (folder == libvirtsOwn ? Self.isDirectory(folder) : Self.hasEntries(folder))
    }
    sources = MachineSourceKind.allCases.filter { $0 != .running }.flatMap { kind in
      kind.usualPlaces(below: root, home: home).filter(Self.isDirectory)
        .map { Source(kind: kind, path: $0) }
    }
    let collector = root.appending("var/lib/prometheus/node-exporter".utf8)
    metricsFolder = Self.isDirectory(collector) ? collector : nil
  }

  private static let libvirtFolder = "var/lib/libvirt/images"

  /// Directories in which distributions and products keep images.
  private static func usualFolders(below root: PathBytes, home: PathBytes?) -> [PathBytes] {
    [libvirtFolder, "var/lib/vz/images", "srv/images", "srv/vms"].map {
      root.appending($0.utf8)
    } + [home?.appending(".local/share/libvirt/images".utf8)].compactMap(\.self)
  }

  private static func libvirtPools(in folder: PathBytes) -> [Pool] {
    names(in: folder).filter { $0.hasSuffix(".xml") }.sorted().compactMap { name in
      guard let file = folder.appending(name.utf8).exactText,
        let text = FileManager.default.contents(atPath: file),
        let facts = try? PoolFacts(parsing: Array(text)),
        let target = facts.targetPath
      else { return nil }
      return Pool(name: PathBytes(facts.name), path: PathBytes(target))
    }
  }

  private static func hasEntries(_ folder: PathBytes) -> Bool {
    isDirectory(folder) && !names(in: folder).isEmpty
  }

  private static func names(in folder: PathBytes) -> [String] {
    folder.exactText.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
  }

  private static func isDirectory(_ path: PathBytes) -> Bool {
    do throws(HostFault) {
      return try statusIfThere(ofPath: path, followingLink: true)?.kind == .directory
    } catch {
      return false
    }
  }
}
