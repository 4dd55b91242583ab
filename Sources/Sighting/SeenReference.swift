package import DiskImage
internal import Model

/// A reference of an image: what is stored, and where it wants to go.
package struct SeenReference: Sendable {
  package let role: ReferenceRole
  /// Byte for byte.
  package let stored: [UInt8]
  /// The format that the image records for the target.
  package let recordedFormat: String?
  /// The format that the stored string itself states.
  package let formatInReference: String?
  package let goal: LinkDestination

  /// What an image of a format in a directory, an absolute path, refers to.
  init(_ reference: StoredReference, heldBy format: ImageFormat, in directory: PathBytes) {
    let target = ReferenceTarget(
      parsing: reference.stored, as: reference.role, heldBy: format, in: directory.bytes)
    role = reference.role
    stored = reference.stored
    recordedFormat = reference.recordedFormat.map { PathBytes($0).displayText }
    formatInReference = target.formatInReference
    goal = LinkDestination(target)
  }

  /// Whether the link is one of a chain.
  package var isBacking: Bool { role == .backing || role == .parent }

  /// The goal's name in its directory.
  package var name: ArraySlice<UInt8>? { goal.path?.name }
}
