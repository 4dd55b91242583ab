import DiskImage

/// What libvirt's metadata of one snapshot says.
public struct SnapshotFacts: Hashable, Sendable {
  /// The snapshot's name, unique in its domain.
  public var name: String
  /// The name of the snapshot it was taken on; `nil` for the first.
  public var parent: String?
  /// libvirt's word for what the domain did (`running`, `shutoff`, `disk-snapshot`, …).
  public var state: String?
  /// Seconds since 1970, UTC.
  public var creationTime: UInt64?
  /// Whether it is the domain's current snapshot.
  public var isCurrent: Bool
  /// The domain's UUID, in lower case, where it is stated.
  public var domainUUID: String?
  /// The domain as it was; `nil` in metadata of libvirt before 0.9.5, which has its UUID alone.
  public var definition: DomainFacts?
  /// What a revert needs: the overlays that the snapshot made, its memory file, then everything
  /// that the domain had when it was taken; each target once per role.
  ///
  /// Disks and their chains come with role `snapshot`: the domain need not use them any more.
  public var references: [DomainReference]
  /// The disks, by their names in the guest, whose images hold the snapshot themselves.
  public var internalDisks: [String]
}

extension SnapshotFacts {
  /// Reads a `<domainsnapshot>` as libvirt keeps it.
  ///
  /// Source: libvirt docs/formatsnapshot, "Snapshot XML".
  public init(parsing bytes: [UInt8]) throws(LibvirtFault) {
    try self.init(root: XMLTree.root(of: bytes))
  }

  init(root: XMLElement) throws(LibvirtFault) {
    guard root.name == "domainsnapshot" else {
      throw .unexpectedRoot(root.name, expected: "snapshot")
    }
    guard let name = root.child("name")?.content else {
      throw .missing(element: "name", inside: root.name)
    }
    self.name = name
    parent = root.descendant("parent", "name")?.content
    state = root.child("state")?.content
    creationTime = root.child("creationTime")?.content.flatMap { UInt64($0) }
    isCurrent = root.child("active")?.content == "1"
    domainUUID = root.descendant("domain", "uuid")?.content?.lowercased()
    definition = try Self.domain(root.child("domain"))
    let inactive = try Self.domain(root.child("inactiveDomain"))
    internalDisks = (root.child("disks")?.children("disk") ?? []).compactMap {
      $0["snapshot"] == "internal" ? $0["name"] : nil
    }
    references = Self.overlays(root) + Self.memory(root)
    for domain in [definition, inactive].compactMap(\.self) { keep(domain.references) }
  }

  /// A whole domain, as opposed to its UUID alone.
  private static func domain(_ element: XMLElement?) throws(LibvirtFault) -> DomainFacts? {
    guard let element, element.child("name") != nil else { return nil }
    return try DomainFacts(element: element)
  }

  private static func overlays(_ root: XMLElement) -> [DomainReference] {
    let made = root.child("disks")?.children("disk") ?? []
    // Since libvirt 9.9: the overlays on which the domain goes on after a revert.
    let reverted = root.child("revertDisks")?.children("disk") ?? []
    return (made + reverted).compactMap { disk in
      let format = disk.child("driver")?["type"]
      guard let layer = DiskLayer(element: disk, format: format) else { return nil }
      return DomainReference(
        role: .snapshot, part: .overlay, target: layer.target, declaredFormat: layer.format,
        targetDevice: disk["name"], kind: .disk)
    }
  }

  private static func memory(_ root: XMLElement) -> [DomainReference] {
    guard let path = root.child("memory")?["file"] else { return [] }
    return [
      DomainReference(
        role: .memory, part: .overlay, target: .local(.file, path), isReadOnly: true)
    ]
  }

  /// Adds what the domain had, unless it is there already.
  private mutating func keep(_ found: [DomainReference]) {
    for var reference in found {
      reference.part = .definition
      if reference.role == .disk || reference.role == .backing { reference.role = .snapshot }
      let isKnown = references.contains {
        $0.role == reference.role && $0.target == reference.target
      }
      if !isKnown { references.append(reference) }
    }
  }
}
