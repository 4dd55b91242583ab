extension VMDKDescriptor {
  /// Kinds of disks that are one sparse extent with the descriptor in it.
  private static let wholeSparseKinds: Set = ["monolithicSparse", "streamOptimized"]

  /// Whether a disk of the kind is one sparse extent with the descriptor in it.
  static func isOneSparseExtent(_ createType: [UInt8]) -> Bool {
    wholeSparseKinds.contains(String(decoding: createType, as: UTF8.self))
  }

  /// Whether the disk is made upon another, by the parent's identity.
  var hasParent: Bool { hasParentCID || uuids[.parent] != nil }

  /// Whether the parent's content has an identity.
  var hasParentCID: Bool { parentCID.map { $0 != Self.noParent } ?? false }

  /// Why an embedded descriptor does not say that the whole disk is the image that it is a part of; `nil`
  /// where it does.
  ///
  /// The extent's name alone says nothing: who renames an image leaves it, and OVF Tool and VirtualBox write
  /// one and the same for every disk that they export. A name with a directory is another file's.
  var doubtOfBeingWhole: String? {
    if let createType, !Self.isOneSparseExtent(createType) {
      return "its descriptor is that of a disk in several files"
    }
    guard let extent = extents.first(where: { $0.sectors > 0 && $0.fileName != nil }) else {
      return "its descriptor has no extent that can be read"
    }
    let separators = "/\\".utf8
    guard extent.fileName?.contains(where: separators.contains) == true else { return nil }
    return "its descriptor names another file"
  }
}
