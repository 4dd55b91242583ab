package import DiskImage

/// Whose state a mark is of.
package enum MarkOwner {
  case own, parent
}

extension ImageFacts {
  /// The UUID by which a child names the image, where its format links by UUID alone.
  package var ownUUID: String? {
    switch format {
    case .vdi: identifier(.own)
    case .vmdk: identifier(.ownUUID)
    case _: nil
    }
  }

  /// What links the states of parent and child: the child's mark of its parent has to be the parent's
  /// own, or have it among others, with a space between each two. VMDK has its CIDs for that, VHD its
  /// UUIDs, VHDX its data-write GUIDs, of which a child may record two, VDI the modification UUIDs.
  package func mark(of whose: MarkOwner) -> String? {
    switch (format, whose) {
    case (.vmdk, .own), (.vpc, .own), (.vhdx, .own): identifier(.own)
    case (.vmdk, .parent), (.vpc, .parent), (.vhdx, .parent):
      identifier(.parent) == nil ? nil : parents.joined(separator: " ")
    case (.vdi, .own): identifier(.ownModification)
    case (.vdi, .parent): identifier(.parentModification)
    case _: nil
    }
  }

  private var parents: [String] {
    identifiers.filter { $0.subject == .parent }.map(\.value)
  }

  private func identifier(_ subject: ImageIdentifier.Subject) -> String? {
    identifiers.first { $0.subject == subject }?.value
  }
}
