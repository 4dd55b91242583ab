internal import DiskImage

/// A reference of an image as it is written down: what is stored, and where it wants to go.
struct StagedReference {
  let role: ReferenceRole
  /// Byte for byte.
  let stored: [UInt8]
  /// The format that the image records for the target.
  let recordedFormat: String?
  /// The format that the stored string itself states.
  let formatInReference: String?
  let goal: LinkGoal
  /// The number of the goal's directory.
  var directory: Int64?

  init(_ reference: StoredReference, _ target: ReferenceTarget) {
    role = reference.role
    stored = reference.stored
    recordedFormat = reference.recordedFormat.map { PathBytes($0).displayText }
    formatInReference = target.formatInReference
    goal = LinkGoal(target)
  }

  /// Whether the link is one of a chain.
  var isBacking: Bool { role == .backing || role == .parent }

  /// The goal's name in its directory.
  var name: ArraySlice<UInt8>? { goal.path?.name }
}
