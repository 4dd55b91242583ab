/// What a domain's XML says about itself and about the storage that it uses.
public struct DomainFacts: Hashable, Sendable {
  /// The name, unique on its host and connection.
  public var name: String
  /// As written, in lower case; `nil` where the XML leaves it to libvirt.
  public var uuid: String?
  /// libvirt's type of the domain: `kvm`, `qemu`, `lxc`, `xen`, …
  public var hypervisor: String?
  /// libvirt's word (`running`, `paused`, …) from a live status file; `nil` in a definition.
  public var liveState: String?
  /// Every disk, in the order of the XML.
  public var disks: [DomainDisk]
  /// Everything that the domain points to: firmware and kernel, disks with their chains, file
  /// systems, memory, other devices, arguments for QEMU, running jobs, in this order.
  public var references: [DomainReference]
  /// What of the arguments for QEMU cannot be read, half a sentence each; no secret is in it.
  public var unread: [String]

  /// Whether a hypervisor process has the domain's disks open.
  public var isLive: Bool { liveState != nil }
}
