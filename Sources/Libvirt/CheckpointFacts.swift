/// What libvirt's metadata of one checkpoint says.
public struct CheckpointFacts: Hashable, Sendable {
  /// The checkpoint's name, unique in its domain.
  public var name: String
  /// The name of the checkpoint before it; `nil` for the first.
  public var parent: String?
  /// Seconds since 1970, UTC.
  public var creationTime: UInt64?
  /// The domain's name, where it is stated.
  public var domainName: String?
  /// The domain's UUID, in lower case, where it is stated.
  public var domainUUID: String?
  /// The dirty bitmaps that the checkpoint needs, one for each disk that takes part.
  public var bitmaps: [CheckpointBitmap]
}

/// A dirty bitmap in the image of one disk.
public struct CheckpointBitmap: Hashable, Sendable {
  /// The disk's name in the guest: `vda`.
  public var targetDevice: String
  /// The bitmap's name inside the qcow2 image.
  public var name: String
}

extension CheckpointFacts {
  /// Reads a `<domaincheckpoint>` as libvirt keeps it.
  ///
  /// Source: libvirt docs/formatcheckpoint. A bitmap without a name has the checkpoint's.
  public init(parsing bytes: [UInt8]) throws(LibvirtFault) {
    try self.init(root: XMLTree.root(of: bytes))
  }

  init(root: XMLElement) throws(LibvirtFault) {
    guard root.name == "domaincheckpoint" else {
      throw .unexpectedRoot(root.name, expected: "checkpoint")
    }
    guard let name = root.child("name")?.content else {
      throw .missing(element: "name", inside: root.name)
    }
    self.name = name
    parent = root.descendant("parent", "name")?.content
    creationTime = root.child("creationTime")?.content.flatMap { UInt64($0) }
    domainName = root.descendant("domain", "name")?.content
    domainUUID = root.descendant("domain", "uuid")?.content?.lowercased()
    bitmaps = (root.child("disks")?.children("disk") ?? []).compactMap { disk in
      guard disk["checkpoint"] == "bitmap", let device = disk["name"] else { return nil }
      return CheckpointBitmap(targetDevice: device, name: disk["bitmap"] ?? name)
    }
  }
}
