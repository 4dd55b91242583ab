/// One `<disk>` of a domain.
public struct DomainDisk: Hashable, Sendable {
  /// `<target dev=>`: `vda`, unique in its domain; empty where the XML has none.
  public var targetDevice: String
  /// `<target bus=>`: `virtio`, `sata`, …
  public var bus: String?
  /// What the guest sees.
  public var kind: DiskKind
  /// Which of libvirt's backends serves it (`<driver name=>`): `qemu`.
  public var driver: String?
  /// Whether the guest cannot write: `<readonly/>`, and every CD-ROM.
  public var isReadOnly: Bool
  /// `<shareable/>`: other domains may write to it at the same time.
  public var isShareable: Bool
  /// `<transient/>`: writes are thrown away when the guest ends.
  public var isTransient: Bool
  /// `startupPolicy`: `mandatory`, `requisite`, `optional`; `nil` where none is stated.
  public var startupPolicy: String?
  /// What else the XML says of the disk, each as an element: of `<driver>` the attributes besides name
  /// and type, then `<serial>`, `<boot>`, `<iotune>`, `<encryption>`, … as they stand.
  public var others: [String]
  /// The images, as far as they are spelled out.
  public var chain: DiskChain
  /// The images that a running block job writes to, in the same form; `nil` without one.
  public var mirror: DiskChain?

  /// A disk; a plain writable one unless more is said.
  public init(
    targetDevice: String, bus: String? = nil, kind: DiskKind = .disk, driver: String? = "qemu",
    isReadOnly: Bool = false, isShareable: Bool = false, isTransient: Bool = false,
    startupPolicy: String? = nil, others: [String] = [], chain: DiskChain, mirror: DiskChain? = nil
  ) {
    self.targetDevice = targetDevice
    self.bus = bus
    self.kind = kind
    self.driver = driver
    self.isReadOnly = isReadOnly
    self.isShareable = isShareable
    self.isTransient = isTransient
    self.startupPolicy = startupPolicy
    self.others = others
    self.chain = chain
    self.mirror = mirror
  }
}

/// How a guest sees a disk: libvirt's `device` attribute.
public enum DiskKind: String, Sendable, Hashable, CaseIterable {
  case disk, cdrom, floppy, lun
}
