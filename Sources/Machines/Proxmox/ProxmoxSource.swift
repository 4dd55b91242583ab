internal import DiskImage
internal import Host
public import Model

/// The machines of a Proxmox VE cluster, from `/etc/pve` or a copy of it.
public struct ProxmoxSource: MachineSource {
  /// Nodes that a cluster may have; Proxmox supports some thirty.
  private static let nodeLimit = 1024

  /// `pve`.
  public var kind: MachineSourceKind { .proxmox }
  /// The directory with `nodes` and `storage.cfg`.
  public let path: PathBytes
  private let hostName: String
  private let tree: StoredTree?

  /// The files below a directory, as this host sees them; or what `tree` has of them, where `path` is the
  /// file from which it is.
  public init(path: PathBytes, hostName: String, tree: StoredTree? = nil) {
    self.path = path
    self.hostName = hostName
    self.tree = tree
  }

  /// Reads the machines of every node.
  public func read() -> MachineReading {
    var reading = MachineReading()
    let root: SourceDirectory
    do throws(HostFault) {
      if let tree {
        root = SourceDirectory(root: path, stored: tree)
      } else {
        root = try SourceDirectory(root: path)
      }
    } catch {
      reading.isMissing = error.isMissing
      reading.note(
        path, error.isMissing ? "it is not there" : "cannot be read: \(error.reason)")
      return reading
    }
    guard let nodes = root.directory(Array("nodes".utf8), &reading),
      let names = nodes.names(&reading), !names.isEmpty
    else {
      if reading.problems.isEmpty {
        // Whatever else is there: a host of Proxmox VE has a node.
        reading.passedOverCount += 1
        reading.emptiness = "it has no node of Proxmox VE; is the cluster file system mounted?"
      }
      reading.unseen.insert(path)
      return reading
    }
    let stores = stores(root, &reading)
    let mappings = mappings(root, &reading)
    let home = home(root, names, &reading)
    for name in names.prefix(Self.nodeLimit) {
      guard let node = nodes.directory(name, &reading) else { continue }
      for kind in ProxmoxMachine.Kind.allCases {
        guard let folder = node.directory(Array(kind.rawValue.utf8), &reading) else { continue }
        read(
          folder, kind, stores, mappings, node: ProxmoxNode(name, home: home), &reading)
      }
    }
    if names.count > Self.nodeLimit {
      reading.note(nodes.path, "it holds more than \(Self.nodeLimit) nodes")
    }
    reading.coveredTrees.insert(nodes.path)
    if reading.machines.isEmpty {
      reading.concludeNothing("machine of Proxmox VE (nodes/*/qemu-server/N.conf)")
    }
    return reading
  }

  /// The stores; without their file, `local` alone.
  private func stores(_ root: SourceDirectory, _ reading: inout MachineReading) -> ProxmoxStores {
    let name = Array("storage.cfg".utf8)
    let file = path.appending(name)
    let before = reading.problems.count
    guard let bytes = root.bytes(name, limit: ProxmoxStores.byteLimit, &reading) else {
      if reading.problems.count == before {
        reading.note(file, "it is missing, so the storage locations are unknown")
      }
      return ProxmoxStores(parsing: [])
    }
    let stores = ProxmoxStores(parsing: bytes)
    if let line = stores.oddLines.first { reading.note(file, "line \(line) is invalid") }
    return stores
  }

  /// The directories that machines see by a name; none without their file.
  private func mappings(
    _ root: SourceDirectory, _ reading: inout MachineReading
  ) -> ProxmoxMappings {
    let bytes = root.directory(Array("mapping".utf8), &reading)?
      .bytes(Array("directory.cfg".utf8), limit: ProxmoxStores.byteLimit, &reading)
    return ProxmoxMappings(parsing: bytes ?? [])
  }

  /// The node whose own directories this host sees: that of `local`, else the one named like the host.
  private func home(
    _ root: SourceDirectory, _ names: [[UInt8]], _ reading: inout MachineReading
  ) -> [UInt8]? {
    if let text = root.linkText(Array("local".utf8), &reading) {
      let node = Array(PathBytes(text).name)
      if names.contains(node) { return node }
    }
    let host = Array(hostName.utf8.prefix { $0 != UInt8(ascii: ".") })
    return names.contains(host) ? host : nil
  }

  private func read(
    _ folder: SourceDirectory, _ kind: ProxmoxMachine.Kind, _ stores: ProxmoxStores,
    _ mappings: ProxmoxMappings, node: ProxmoxNode, _ reading: inout MachineReading
  ) {
    for name in folder.names(&reading) ?? [] {
      let number = name.dropLast(5)
      guard name.suffix(5).elementsEqual(".conf".utf8), !number.isEmpty,
        number.allSatisfy({ (0x30...0x39).contains($0) })
      else {
        reading.passedOverCount += 1
        continue
      }
      guard let bytes = folder.bytes(name, limit: ProxmoxGuest.byteLimit, &reading) else {
        continue
      }
      let file = folder.path.appending(name)
      let read = ProxmoxMachine(
        ProxmoxGuest(parsing: bytes), number: String(decoding: number, as: UTF8.self), kind: kind,
        file: file, stores: stores, node: node, mappings: mappings)
      reading.machines.append(read.machine)
      // What it used before may be among what cannot be understood.
      for problem in read.problems { reading.note(file, problem) }
    }
  }
}

/// The node that keeps a machine, as seen from the host whose directories are scanned.
struct ProxmoxNode: Sendable, Hashable {
  /// The host's own node; `nil` where it is none of the cluster, or that is not known.
  let home: String?
  /// Its name.
  let name: String
  /// Whether it is the host's own, as far as is known.
  let isHere: Bool

  /// A node of a cluster, by its name and that of the host's own.
  init(_ name: [UInt8], home: [UInt8]?) {
    self.home = home.map { String(decoding: $0, as: UTF8.self) }
    isHere = home == nil || home == name
    self.name = String(decoding: name, as: UTF8.self)
  }

  /// Whether a store shows this host the files that the node sees in it.
  func isSeen(_ store: ProxmoxStore, isSharedByWord: Bool) -> Bool {
    guard !isHere, let home else { return true }
    return (store.isShared || isSharedByWord) && store.isAvailable(on: home)
  }
}
