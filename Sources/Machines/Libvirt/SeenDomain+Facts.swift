internal import DiskImage
internal import Host
package import Libvirt
package import Model
package import Sighting

extension SeenDomain {
  /// What a definition or a live status file says.
  package init(_ facts: DomainFacts, in file: PathBytes, _ volumes: VolumePaths) {
    self.init(facts, in: file, as: facts.isLive ? .live : .definition, volumes)
  }

  /// What a managed save says: the domain that goes on, and the file that it goes on from.
  package init(_ facts: SavedStateFacts, in file: PathBytes, _ volumes: VolumePaths) {
    self.init(facts.domain, in: file, as: .saved, volumes)
    isRunning = false
    var target = ReferenceTarget(type: .file)
    target.path = file.bytes
    references.append(
      Reference(
        role: .memory, target: target, format: nil,
        use: DomainUse(document: .saved, source: file, part: "saved")))
  }

  /// What a snapshot's metadata says. Where it does not name its domain, its directory does.
  package init(_ facts: SnapshotFacts, in file: PathBytes, _ volumes: VolumePaths) {
    let folder = PathBytes(file.directory.name).displayText
    self.init(
      name: facts.definition?.name ?? folder, uuid: facts.domainUUID, source: file,
      document: .snapshot, isRunning: false,
      references: Self.references(
        facts.references, disks: [], in: file, as: .snapshot, volumes))
    let expected = DomainUse.Expectation(kind: .snapshot, name: facts.name, owner: facts.name)
    for disk in facts.internalDisks { expectations[disk, default: []].append(expected) }
  }

  /// What a checkpoint's metadata says: of the bitmaps in the images of its domain, and nothing of storage.
  package init(_ facts: CheckpointFacts, in file: PathBytes) {
    let folder = PathBytes(file.directory.name).displayText
    self.init(
      name: facts.domainName ?? folder, uuid: facts.domainUUID, source: file,
      document: .snapshot, isRunning: false, references: [])
    for bitmap in facts.bitmaps {
      expectations[bitmap.targetDevice, default: []].append(
        DomainUse.Expectation(kind: .bitmap, name: bitmap.name, owner: facts.name))
    }
  }

  private init(
    _ facts: DomainFacts, in file: PathBytes, as document: DomainUse.Document,
    _ volumes: VolumePaths
  ) {
    self.init(
      name: facts.name, uuid: facts.uuid, source: file, document: document,
      isRunning: facts.isLive,
      references: Self.references(
        facts.references, disks: facts.disks, in: file, as: document, volumes))
  }

  private static func references(
    _ found: [DomainReference], disks: [DomainDisk], in file: PathBytes,
    as document: DomainUse.Document, _ volumes: VolumePaths
  ) -> [Reference] {
    let levels = Set(found.map { Level($0.part, $0.targetDevice, $0.level) })
    let byTarget = Dictionary(disks.map { ($0.targetDevice, $0) }) { first, _ in first }
    return found.map { reference in
      var use = DomainUse(document: document, source: file, part: reference.part.rawValue)
      let disk = reference.targetDevice.flatMap { byTarget[$0] }
      use.target = reference.targetDevice
      use.device = reference.kind?.rawValue
      use.bus = disk?.bus
      use.level = reference.level
      use.isReadOnly = reference.isReadOnly
      use.isShareable = reference.isShareable
      use.isTransient = disk?.isTransient ?? false
      use.startupPolicy = reference.startupPolicy
      if !reference.others.isEmpty { use.others = reference.others }
      use.isChainEnd = reference.isChainEnd
      use.slice = reference.slice
      use.isContinued =
        reference.isChainEnd
        || levels.contains(Level(reference.part, reference.targetDevice, reference.level + 1))
      let target = volumes.resolved(reference.target)
      use.elsewhere = DomainUse.Elsewhere(target)
      if volumes.lacksPool(of: target, in: file) { use.isOfUnknownPool = true }
      if volumes.isOfThisHost(file) { use.missingSocket = missingSocket(of: target) }
      return Reference(
        role: reference.role, target: target, format: reference.declaredFormat, use: use)
    }
  }
}

extension SeenDomain {
  /// The unix socket of a network disk that is not there; one that cannot be asked for may be.
  fileprivate static func missingSocket(of target: ReferenceTarget) -> String? {
    let own = target.type == .vhostuser ? target.path.map { PathBytes($0).displayText } : nil
    return ([own].compactMap(\.self) + target.hosts.compactMap(\.socket)).first { socket in
      guard socket.hasPrefix("/") else { return false }
      do throws(HostFault) {
        return try statusIfThere(ofPath: PathBytes(socket), followingLink: true) == nil
      } catch { return false }
    }
  }
}

/// A place in the chain of a disk.
private struct Level: Hashable {
  let part: DomainReference.Part
  let target: String?
  let level: Int

  init(_ part: DomainReference.Part, _ target: String?, _ level: Int) {
    self.part = part
    self.target = target
    self.level = level
  }
}
