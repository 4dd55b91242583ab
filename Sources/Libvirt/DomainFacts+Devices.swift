import DiskImage

extension DomainFacts {
  /// What devices besides disks have on the host: a TPM its state, a crash store its file, a device its ROM;
  /// and storage of the host that is handed to the guest as it is.
  static func deviceFiles(in devices: XMLElement) -> [DomainReference] {
    devices.children("tpm").compactMap(trustedPlatform)
      + devices.children("pstore").compactMap { store in
        store.child("path")?.content.map {
          DomainReference(role: .pstore, target: .local(.file, $0))
        }
      }
      + devices.children("hostdev").compactMap(hostDevice)
      + devices.children.flatMap { file(.rom, $0.child("rom")?["file"]) }
  }

  /// Source: libvirt docs/formatdomain, "TPM device": `<source>` of an emulator, a file or a directory.
  private static func trustedPlatform(_ tpm: XMLElement) -> DomainReference? {
    guard let source = tpm.descendant("backend", "source"), let path = source["path"],
      source["type"] == "file" || source["type"] == "dir"
    else { return nil }
    return DomainReference(
      role: .tpm, target: .local(source["type"] == "dir" ? .dir : .file, path))
  }

  /// Source: libvirt docs/formatdomain, "Host device assignment": a LUN over iSCSI, and a block device that a
  /// container gets. A bus address of the host names no storage.
  private static func hostDevice(_ device: XMLElement) -> DomainReference? {
    guard let source = device.child("source") else { return nil }
    let isReadOnly = device.child("readonly") != nil
    let isShareable = device.child("shareable") != nil
    if source["protocol"] != nil, let target = ReferenceTarget(type: "network", source: source) {
      return DomainReference(
        role: .hostDevice, target: target, isReadOnly: isReadOnly, isShareable: isShareable)
    }
    guard let path = source.child("block")?.content else { return nil }
    return DomainReference(
      role: .hostDevice, target: .local(.block, path), isReadOnly: isReadOnly,
      isShareable: isShareable)
  }
}
