internal import DiskImage
internal import Model

extension ProxmoxMachine {
  /// Notes which snapshots have to be inside the images of the disks: those of a disk that is the same volume now,
  /// where its store keeps snapshots within the file.
  ///
  /// Source: pve-storage src/PVE/Storage/Plugin.pm, `volume_snapshot`; a snapshot that is made or removed right now has
  /// `snapstate`.
  mutating func expectSnapshots(_ sections: [ProxmoxGuest.Section], _ now: ProxmoxGuest.Section) {
    for section in sections {
      guard case .snapshot(let name) = section.kind, section["snapstate"] == nil else { continue }
      for entry in section.entries {
        guard let today = now[entry.key], let volume = Self.volume(entry.value),
          let same = Self.volume(today), volume == same, holdsSnapshots(volume)
        else { continue }
        machine.snapshots[entry.key, default: []].append(name)
      }
    }
  }

  private static func volume(_ value: ArraySlice<UInt8>) -> ProxmoxVolume? {
    let drive = ProxmoxDrive(parsing: value)
    return drive.isCDROM ? nil : ProxmoxVolume(parsing: drive.volume)
  }

  private func holdsSnapshots(_ volume: ProxmoxVolume) -> Bool {
    guard let store = stores[volume.store], store.path != nil else { return false }
    return !store.hasSnapshotFiles && volume.content == "images"
      && volume.name.hasSuffix(".qcow2") && !volume.name.hasSuffix("-cloudinit.qcow2")
  }

  /// Adds a directory of the host that a machine sees by the name of its mapping.
  mutating func add(
    mapping value: ArraySlice<UInt8>, _ slot: String, _ section: ProxmoxGuest.Section.Kind
  ) {
    let drive = ProxmoxDrive(parsing: value)
    let id = drive.options["dirid"] ?? String(decoding: drive.volume, as: UTF8.self)
    let paths = mappings[id]
    if paths.isEmpty {
      problems.append("'\(slot)' names the directory '\(id)', which has no mapping")
    }
    for (owner, path) in paths {
      var use = MachineUse(.filesystem, .local(path, .dir))
      (use.slot, use.occasion) = (slot, Self.occasion(section))
      // It sees that of the node on which it runs; whichever that is, the machine may be moved to another.
      if use.occasion == .now, owner != node.name || !node.isHere { use.occasion = .elsewhere }
      machine.uses.append(use)
    }
  }
}

/// Directories of the nodes, by the names under which machines see them: `mapping/directory.cfg`.
///
/// Source: pve-guest-common src/PVE/Mapping/Dir.pm.
struct ProxmoxMappings: Sendable, Hashable {
  private var places: [String: [Place]] = [:]

  private struct Place: Sendable, Hashable {
    var node: String
    var path: [UInt8]
  }

  /// The directory of each node under a name.
  subscript(name: String) -> [(node: String, path: [UInt8])] {
    (places[name] ?? []).map { ($0.node, $0.path) }
  }

  /// Reads the text of `mapping/directory.cfg`: names, and lines `map node=…,path=…` below them.
  init(parsing bytes: [UInt8]) {
    var name: String?
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let text = line.trimmed
      if text.isEmpty || text.first == UInt8(ascii: "#") { continue }
      if line.first == text.first {
        name = String(
          decoding: text.last == UInt8(ascii: ":") ? text.dropLast() : text, as: UTF8.self)
      } else if let name, text.starts(with: "map ".utf8) {
        let options = ProxmoxDrive(parsing: text.dropFirst("map ".utf8.count).trimmed).options
        guard let node = options["node"], let path = options["path"], path.hasPrefix("/") else {
          continue
        }
        places[name, default: []].append(Place(node: node, path: Array(path.utf8)))
      }
    }
  }
}
