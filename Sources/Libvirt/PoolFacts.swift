/// What a storage pool's XML says.
public struct PoolFacts: Hashable, Sendable {
  /// The name, unique on its host and connection.
  public var name: String
  /// In lower case; `nil` where the XML leaves it to libvirt.
  public var uuid: String?
  /// libvirt's type: `dir`, `fs`, `netfs`, `logical`, `disk`, `iscsi`, `rbd`, …
  public var type: String
  /// Where the volumes are on this host; for `dir`, `fs` and `netfs` a directory of files.
  public var targetPath: String?
  /// Where the storage comes from, in one line: devices, hosts, directory, name.
  public var source: String?
  /// Whether it comes from the run-time directory: the pool was started.
  public var isActive: Bool
}

extension PoolFacts {
  /// Types whose target is a directory of image files.
  private static let directoryTypes: Set = ["dir", "fs", "netfs"]
  /// Types whose volumes are device nodes: `TARGET/VOLUME`.
  private static let deviceTypes: Set = ["logical", "disk", "zfs", "vstorage"]

  /// Whether the target is a directory that a scan can walk.
  public var isVisited: Bool { notVisitedReason == nil }

  /// Why a scan does not look into the pool; `nil` where it does.
  public var notVisitedReason: String? {
    guard Self.directoryTypes.contains(type) else {
      return "a pool of type '\(type)' is no directory of image files"
    }
    guard let targetPath else { return "the pool has no target path" }
    return targetPath.utf8.first == UInt8(ascii: "/")
      ? nil : "the target path '\(targetPath)' is not absolute"
  }

  /// The path of a volume by its name; `nil` where only the pool's own protocol knows it.
  public func path(ofVolume volume: String) -> String? {
    guard Self.directoryTypes.contains(type) || Self.deviceTypes.contains(type),
      let targetPath, targetPath.utf8.first == UInt8(ascii: "/")
    else { return nil }
    return targetPath + (targetPath.utf8.last == UInt8(ascii: "/") ? "" : "/") + volume
  }

  /// Reads a `<pool>`, or a `<poolstate>` around it.
  ///
  /// Source: libvirt docs/formatstorage, "Storage pool XML".
  public init(parsing bytes: [UInt8]) throws(LibvirtFault) {
    try self.init(root: XMLTree.root(of: bytes))
  }

  init(root: XMLElement) throws(LibvirtFault) {
    guard root.name == "pool" || root.name == "poolstate" else {
      throw .unexpectedRoot(root.name, expected: "storage pool")
    }
    guard let pool = root.name == "pool" ? root : root.child("pool") else {
      throw .missing(element: "pool", inside: root.name)
    }
    guard let type = pool["type"] else { throw .missing(element: "type", inside: "pool") }
    // Pools that are named after their source need no name of their own.
    guard
      let name = pool.child("name")?.content ?? pool.descendant("source", "name")?.content
    else { throw .missing(element: "name", inside: "pool") }
    self.name = name
    self.type = type
    uuid = pool.child("uuid")?.content?.lowercased()
    targetPath = pool.descendant("target", "path")?.content
    source = pool.child("source").flatMap(Self.summary)
    isActive = root.name == "poolstate"
  }

  /// `nfs.example.com:/export`, `/dev/sda1 /dev/sdb1 vg0`: hosts before a colon, then the rest.
  private static func summary(_ source: XMLElement) -> String? {
    let hosts = source.children("host").compactMap { host in
      host["name"].map { name in host["port"].map { "\(bracketed(name)):\($0)" } ?? name }
    }
    let places =
      source.children("device").compactMap { $0["path"] }
      + [
        source.child("name")?.content, source.child("dir")?["path"],
        source.child("adapter").flatMap(adapter),
      ].compactMap(\.self)
    let parts = [hosts.joined(separator: ","), places.joined(separator: " ")].filter {
      !$0.isEmpty
    }
    return parts.isEmpty ? nil : parts.joined(separator: ":")
  }

  /// An IPv6 address in brackets, so that its port can stand behind it.
  private static func bracketed(_ host: String) -> String {
    host.contains(":") ? "[\(host)]" : host
  }

  /// A SCSI adapter by its name, the port of a Fibre Channel, or where it is plugged in.
  private static func adapter(_ adapter: XMLElement) -> String? {
    if let name = adapter["name"] ?? adapter["wwpn"] { return name }
    guard let parent = adapter.child("parentaddr"), let address = parent.child("address") else {
      return nil
    }
    let numbers = ["domain", "bus", "slot", "function"].map { name in
      address[name].map { $0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0 } ?? "0"
    }
    let place = "\(numbers[0]):\(numbers[1]):\(numbers[2]).\(numbers[3])"
    return parent["unique_id"].map { "\(place) \($0)" } ?? place
  }
}
