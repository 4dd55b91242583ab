internal import DiskImage
internal import Host
internal import Libvirt
internal import Model
package import Query
internal import Sighting

extension DiskElement {
  /// libvirt's words for a disk; one of no domain gets the target `vda`.
  package init(_ disk: ExplicitDisk) {
    let use = disk.use
    let layers = disk.layers.map { layer in
      DiskLayer(
        target: layer.isOutside ? layer.target.asItStands : layer.target, format: layer.format,
        slice: layer.slice,
        dataStore: layer.dataFile.map { DataStore(target: $0) }, others: layer.others)
    }
    self.init(
      DomainDisk(
        targetDevice: use.map { $0.target ?? "" } ?? "vda",
        bus: use == nil ? "virtio" : use?.bus,
        kind: use?.device.flatMap(DiskKind.init) ?? .disk, isReadOnly: use?.isReadOnly ?? false,
        isShareable: use?.isShareable ?? false, isTransient: use?.isTransient ?? false,
        startupPolicy: use?.startupPolicy, others: use?.others ?? [],
        chain: DiskChain(layers: layers, isTerminated: disk.isTerminated)))
  }
}

extension ReferenceTarget {
  /// A file that no scan looked into may be a device or a directory, which libvirt has other words
  /// for. What is not there to be asked is a device where devices are.
  fileprivate var asItStands: ReferenceTarget {
    guard type == .file, let path else { return self }
    var target = self
    do {
      switch try status(ofPath: PathBytes(path), followingLink: true).kind {
      case .blockDevice: target.type = .block
      case .directory: target.type = .dir
      case .regular, .symbolicLink, .other: break
      }
    } catch {
      let devices = "/dev/"
      if path.starts(with: devices.utf8), !path.starts(with: "/dev/shm/".utf8) {
        target.type = .block
      }
    }
    return target
  }
}
