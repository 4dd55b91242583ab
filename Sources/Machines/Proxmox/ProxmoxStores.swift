internal import DiskImage
internal import Model

/// A store of Proxmox VE: what `storage.cfg` says where volumes lie.
struct ProxmoxStore: Sendable, Hashable {
  /// Its plugin: `dir`, `nfs`, `lvmthin`, ….
  var type: String
  /// The name before the colon of a volume.
  var name: String
  /// Its directory; `nil` for one that keeps no files.
  var path: [UInt8]?
  /// Whether all nodes see the same files in it.
  var isShared: Bool
  /// Whether snapshots are files of their own.
  var hasSnapshotFiles = false
  /// Where it keeps each kind of content, where that is not the usual place.
  var places: [String: [UInt8]] = [:]

  /// The nodes that have it; `nil`: all.
  var nodes: Set<String>?

  /// Whether a node has it.
  func isAvailable(on node: String) -> Bool { nodes?.contains(node) != false }

  /// Stores that other nodes see as well, whatever their definition says.
  static let sharedTypes: Set<String> = ["nfs", "cifs", "cephfs", "glusterfs"]
  /// Stores of directories.
  static let directoryTypes = sharedTypes.union(["dir", "btrfs"])
  /// The usual places below a store's directory.
  ///
  /// Source: pve-storage src/PVE/Storage/Plugin.pm, `$vtype_subdirs`.
  static let usualPlaces = [
    "images": "images", "rootdir": "private", "iso": "template/iso",
    "vztmpl": "template/cache", "backup": "dump", "snippets": "snippets", "import": "import",
  ]

  /// The directory of a kind of content; `nil` where the store has none.
  func directory(of content: String) -> [UInt8]? {
    guard let path, let place = places[content] ?? Self.usualPlaces[content].map({ Array($0.utf8) })
    else { return nil }
    return PathBytes(path).appending(place).normal.bytes
  }
}

/// The stores of a cluster.
///
/// Source: pve-common src/PVE/SectionConfig.pm, `parse_config`; pve-storage src/PVE/Storage.pm, where
/// `local` stands for `/var/lib/vz` unless the file says otherwise.
struct ProxmoxStores: Sendable, Hashable {
  /// Bytes of `storage.cfg` that are read; Proxmox VE's own file system takes 1 MiB.
  static let byteLimit = 1 << 20

  private(set) var stores: [String: ProxmoxStore] = [:]
  /// Lines that mean nothing, from 1.
  private(set) var oddLines: [Int] = []

  /// The store of a name.
  subscript(name: String) -> ProxmoxStore? { stores[name] }

  /// Reads the text of `storage.cfg`.
  init(parsing bytes: [UInt8]) {
    stores["local"] = ProxmoxStore(
      type: "dir", name: "local", path: Array("/var/lib/vz".utf8), isShared: false)
    var current: ProxmoxStore?
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = line.trimmed
      if text.isEmpty {
        take(&current)
      } else if text.first == UInt8(ascii: "#") {
        continue
      } else if text.contains(0) || text.contains(0x0d) {
        oddLines.append(index + 1)
      } else if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t"), current != nil
      {
        Self.read(text, into: &current)
      } else if let (type, name) = Self.header(text), line.first == text.first {
        take(&current)
        current = ProxmoxStore(
          type: type, name: name, isShared: ProxmoxStore.sharedTypes.contains(type))
      } else {
        oddLines.append(index + 1)
      }
    }
    take(&current)
  }

  /// `TYPE: NAME`, two words.
  private static func header(_ text: ArraySlice<UInt8>) -> (type: String, name: String)? {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let (type, name) = (text[..<colon], text[(colon + 1)...].trimmed)
    let isWord = { (word: ArraySlice<UInt8>) in !word.isEmpty && word.allSatisfy { $0 > 0x20 } }
    guard isWord(type), isWord(name) else { return nil }
    return (String(decoding: type, as: UTF8.self), String(decoding: name, as: UTF8.self))
  }

  private mutating func take(_ store: inout ProxmoxStore?) {
    guard var taken = store else { return }
    store = nil
    let isOfDirectories = ProxmoxStore.directoryTypes.contains(taken.type)
    if taken.path == nil, ProxmoxStore.sharedTypes.contains(taken.type) {
      taken.path = Array("/mnt/pve/\(taken.name)".utf8)
    }
    // What keeps no files may have a path of another meaning; a plugin of others may be of directories.
    let keepsNone: Set<String> = [
      "lvm", "lvmthin", "zfspool", "zfs", "rbd", "iscsi", "iscsidirect", "pbs", "esxi", "drbd",
    ]
    if !isOfDirectories, keepsNone.contains(taken.type) { taken.path = nil }
    stores[taken.name] = taken
  }

  private static func read(_ text: ArraySlice<UInt8>, into store: inout ProxmoxStore?) {
    let end = text.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let key = String(decoding: text[..<(end ?? text.endIndex)], as: UTF8.self)
    let value = end.map { text[$0...].trimmed } ?? []
    switch key {
    case "path" where value.first == UInt8(ascii: "/"):
      store?.path = PathBytes(value).normal.bytes
    case "nodes":
      store?.nodes = Set(
        value.split(separator: UInt8(ascii: ",")).map {
          String(decoding: $0.trimmed, as: UTF8.self)
        })
    case "shared" where value.elementsEqual("1".utf8): store?.isShared = true
    case "snapshot-as-volume-chain":
      store?.hasSnapshotFiles = value.elementsEqual("1".utf8)
    case "content-dirs":
      for pair in value.split(separator: UInt8(ascii: ",")) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let content = String(decoding: pair[..<equals].trimmed, as: UTF8.self)
        store?.places[content] = Array(pair[(equals + 1)...].trimmed)
      }
    default: break
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without blanks, tabs and carriage returns at both ends.
  var trimmed: ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return [] }
    return self[first...last]
  }
}
