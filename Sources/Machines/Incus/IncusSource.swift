internal import DiskImage
internal import Host
public import Model

/// The instances of Incus or LXD, from what they keep beside the disks in their storage pools.
public struct IncusSource: MachineSource {
  /// Instances of one pool.
  private static let instanceLimit = 100_000
  /// The directories of instances in a pool.
  private static let folders = ["virtual-machines", "containers"]
  /// The disk of a volume that is one.
  private static let disk = Array("root.img".utf8)

  /// `incus`.
  public var kind: MachineSourceKind { .incus }
  /// The directory of the pools, one above it, or one pool.
  public let path: PathBytes

  /// The pools below a directory.
  public init(path: PathBytes) { self.path = path }

  /// Reads the instances of every pool.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    let pools = pools(root, &reading)
    for pool in pools.values.sorted(by: { $0.path < $1.path }) {
      for folder in Self.folders {
        guard let instances = pool.directory(Array(folder.utf8), &reading),
          let contents = instances.contents(&reading)
        else { continue }
        instances.judge(othersIn: contents, &reading) { _ in false }
        if contents.directories.count > Self.instanceLimit {
          reading.note(instances.path, "it holds more than \(Self.instanceLimit) instances")
        }
        for name in contents.directories.prefix(Self.instanceLimit) {
          read(name, in: instances, folder, pool, pools, &reading)
        }
      }
    }
    let instances = reading.machines.count
    let used = Set(reading.machines.flatMap(\.uses).compactMap(\.target.path))
    for pool in pools.values.sorted(by: { $0.path < $1.path }) {
      keep(pool, besides: used, &reading)
    }
    reading.coveredTrees.insert(path)
    if instances == 0 {
      reading.passedOverCount += root.names(&reading)?.count ?? 0
      reading.concludeNothing("instance of Incus (virtual-machines/*/backup.yaml)")
    }
    return reading
  }

  /// The pools by their names.
  private func pools(
    _ root: SourceDirectory, _ reading: inout MachineReading
  ) -> [String: SourceDirectory] {
    let names = { (directory: SourceDirectory, reading: inout MachineReading) -> [[UInt8]] in
      directory.contents(&reading)?.directories ?? []
    }
    let isPool = { (names: [[UInt8]]) in
      names.contains { name in
        (Self.folders + ["custom"]).contains { name.elementsEqual($0.utf8) }
      }
    }
    let own = names(root, &reading)
    if !own.contains(Array("storage-pools".utf8)), isPool(own) {
      return [PathBytes(root.path.name).displayText: root]
    }
    let folder = root.directory(Array("storage-pools".utf8), &reading) ?? root
    var pools: [String: SourceDirectory] = [:]
    for name in names(folder, &reading) {
      guard let pool = folder.directory(name, &reading), isPool(names(pool, &reading)) else {
        reading.passedOverCount += 1
        continue
      }
      pools[PathBytes(name).displayText] = pool
    }
    return pools
  }

  private func read(
    _ name: [UInt8], in instances: SourceDirectory, _ folder: String, _ pool: SourceDirectory,
    _ pools: [String: SourceDirectory], _ reading: inout MachineReading
  ) {
    guard let directory = instances.directory(name, &reading) else { return }
    let file = directory.path.appending("backup.yaml".utf8)
    let before = reading.problems.count
    guard
      let bytes = directory.bytes(
        Array("backup.yaml".utf8), limit: PlainYAML.byteLimit, &reading)
    else {
      // Without it the instance is gone, and this is what is left of it.
      if reading.problems.count == before { reading.passedOverCount += 1 }
      return
    }
    let instance: IncusInstance
    do throws(IncusFault) { instance = try IncusInstance(parsing: bytes) } catch {
      return reading.note(file, error.reason)
    }
    let id = PathBytes(name).displayText
    var machine = Machine(
      kind: MachineSourceKind.incus.rawValue, identity: id,
      name: instance.project == "default" ? instance.name : "\(instance.project)/\(instance.name)",
      file: file)
    machine.uuid = instance.uuid
    machine.uses = Self.own(instance, in: directory)
    let past = pool.path.appending("\(folder)-snapshots".utf8).appending(name)
    for snapshot in instance.snapshots {
      let place = past.appending(snapshot.utf8)
      var use = Self.volume(at: place, isDisk: instance.isVirtualMachine)
      (use.slot, use.occasion, use.isReadOnly, use.mayBeMissing) = ("root", .snapshot, true, true)
      machine.uses.append(use)
    }
    for disk in instance.disks {
      machine.uses += Self.uses(disk, of: instance, pools, &reading, file)
    }
    reading.machines.append(machine)
  }

  /// The instance's own disk. In pools of other drivers it is no file.
  private static func own(_ instance: IncusInstance, in directory: SourceDirectory) -> [MachineUse]
  {
    let hasFiles = ["dir", "btrfs", "cephfs", "nfs", nil].contains(instance.driver)
    guard hasFiles || !instance.isVirtualMachine else { return [] }
    var use = volume(at: directory.path, isDisk: instance.isVirtualMachine)
    use.slot = "root"
    return [use]
  }

  private static func volume(at place: PathBytes, isDisk: Bool) -> MachineUse {
    isDisk
      ? MachineUse(.disk, .local(place.appending(disk).bytes), format: "raw")
      : MachineUse(.filesystem, .local(place.bytes, .dir))
  }

  private static func uses(
    _ disk: IncusInstance.Disk, of instance: IncusInstance, _ pools: [String: SourceDirectory],
    _ reading: inout MachineReading, _ file: PathBytes
  ) -> [MachineUse] {
    var found: MachineUse
    if let pool = disk.pool {
      guard let pool = pools[pool] else {
        reading.note(file, "its disk '\(disk.name)' is in the pool '\(pool)', which is not here")
        return []
      }
      found = custom(disk.source, of: instance.project, in: pool, &reading)
    } else {
      // What is not on the host is named with a colon: ceph:, cephfs:.
      guard disk.source.hasPrefix("/") else { return [] }
      var kind: FileKind?
      do throws(HostFault) {
        kind = try statusIfThere(ofPath: PathBytes(disk.source), followingLink: true)?.kind
      } catch { kind = nil }
      found =
        kind == .directory
        ? MachineUse(.filesystem, .local(Array(disk.source.utf8), .dir))
        : MachineUse(.disk, .local(Array(disk.source.utf8)))
    }
    (found.slot, found.isReadOnly) = (disk.name, disk.isReadOnly)
    return [found]
  }

  /// A volume of its own; those of a project that shares volumes are the default one's.
  private static func custom(
    _ name: String, of project: String, in pool: SourceDirectory, _ reading: inout MachineReading
  ) -> MachineUse {
    // A snapshot of a volume is named behind it.
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    let folder = Array((parts.count == 2 ? "custom-snapshots" : "custom").utf8)
    let volumes = pool.directory(folder, &reading)
    for owner in [project, "default"] {
      var directory = volumes?.directory(
        Array("\(owner)_\(parts.first ?? name)".utf8), &reading)
      if parts.count == 2 { directory = directory?.directory(Array(parts[1].utf8), &reading) }
      guard let directory else { continue }
      let isDisk = directory.contents(&reading)?.names.contains(disk) == true
      return volume(at: directory.path, isDisk: isDisk)
    }
    let place = pool.path.appending(folder).appending("\(project)_\(name)".utf8)
    return volume(at: place, isDisk: true)
  }

  /// Volumes without an instance, and images, stand in Incus's database alone: they are known by their place.
  private func keep(
    _ pool: SourceDirectory, besides used: Set<[UInt8]>, _ reading: inout MachineReading
  ) {
    var keeper = Machine(
      kind: Machine.keeper, identity: pool.path.displayText,
      name: "volumes of '\(PathBytes(pool.path.name).displayText)'", file: pool.path)
    for folder in ["custom", "images", "custom-snapshots"] {
      guard let volumes = pool.directory(Array(folder.utf8), &reading) else { continue }
      let depth = folder == "custom-snapshots" ? 1 : 0
      for volume in Self.volumes(below: volumes, depth: depth, &reading) {
        var use = Self.volume(at: volume, isDisk: true)
        if use.target.path.map(used.contains) == true { continue }
        (use.occasion, use.isReadOnly, use.mayBeMissing) = (.detached, true, true)
        keeper.uses.append(use)
      }
    }
    if !keeper.uses.isEmpty { reading.machines.append(keeper) }
  }

  /// Volumes with a disk in them, so many directories further in.
  private static func volumes(
    below directory: SourceDirectory, depth: Int, _ reading: inout MachineReading
  ) -> [PathBytes] {
    var found: [PathBytes] = []
    for name in directory.contents(&reading)?.directories ?? [] {
      guard let volume = directory.directory(name, &reading) else { continue }
      if depth > 0 {
        found += volumes(below: volume, depth: depth - 1, &reading)
      } else if volume.contents(&reading)?.names.contains(disk) == true {
        found.append(volume.path)
      }
    }
    return found
  }
}
