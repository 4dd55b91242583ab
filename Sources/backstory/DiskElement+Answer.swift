import DiskImage
import Inventory
import Libvirt

extension DiskElement {
  /// libvirt's words for a disk; one of no domain gets the target `vda`.
  init(_ answer: DiskAnswer) {
    let use = answer.use
    let layers = answer.layers.map { layer in
      DiskLayer(
        target: layer.target, format: layer.format,
        slice: layer.part.map { StorageSlice(offset: $0.offset, size: $0.size) },
        dataStore: layer.dataFile.map { DataStore(target: $0) })
    }
    self.init(
      DomainDisk(
        targetDevice: use.map { $0.target ?? "" } ?? "vda",
        bus: use == nil ? "virtio" : use?.bus,
        kind: use?.device.flatMap(DiskKind.init) ?? .disk, isReadOnly: use?.isReadOnly ?? false,
        isShareable: use?.isShareable ?? false, isTransient: use?.isTransient ?? false,
        startupPolicy: use?.startupPolicy,
        chain: DiskChain(layers: layers, isTerminated: answer.isTerminated)))
  }
}
