import DiskImage

extension DomainFacts {
  /// Reads domain XML: a definition, or a live status file of libvirt's.
  /// - Throws: a fault where the bytes are no domain; `.missing` for one without a name.
  public init(parsing bytes: [UInt8]) throws(LibvirtFault) {
    try self.init(root: XMLTree.root(of: bytes))
  }

  /// A `<domain>`, or a `<domstatus>` around it.
  init(root: XMLElement) throws(LibvirtFault) {
    switch root.name {
    case "domain": try self.init(element: root)
    case "domstatus":
      guard let domain = root.child("domain") else {
        throw .missing(element: "domain", inside: "domstatus")
      }
      try self.init(element: domain)
      liveState = root["state"] ?? "unknown"
      references += Self.jobs(in: root)
      // A running backup writes to files that are none of the machine's disks.
      let known = references
      references += root.children("backups").flatMap { Self.mentions(in: $0, besides: known) }
    default: throw .notADomain(root: root.name)
    }
  }

  /// A `<domain>`, wherever it stands.
  init(element: XMLElement) throws(LibvirtFault) {
    guard let name = element.child("name")?.content else {
      throw .missing(element: "name", inside: element.name)
    }
    let devices = element.child("devices")
    self.name = name
    uuid = element.child("uuid")?.content?.lowercased()
    hypervisor = element["type"]
    disks = devices?.children("disk").map(DomainDisk.init(element:)) ?? []
    let boot = element.child("os").map(Self.bootFiles) ?? []
    let others = devices.map { Self.fileSystems(in: $0) + Self.memories(in: $0) } ?? []
    let arguments = MachineArguments(of: element)
    references =
      boot + Self.firmwareFiles(element) + disks.flatMap(\.references) + others
      + (devices.map(Self.deviceFiles) ?? []) + arguments.references
    references += Self.mentions(in: element, besides: references)
    unread = arguments.unread
  }
}
