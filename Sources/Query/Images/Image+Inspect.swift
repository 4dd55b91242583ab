public import DiskImage
public import Model
internal import Sighting

extension Image {
  /// What the header of a file says, without a database: the answer of `inspect`.
  ///
  /// `filename` is as the user gave it, and the full backing name is made from it the way QEMU does;
  /// `directory` is where the file is, absolute: references are told from there.
  public init(
    inspecting facts: ImageFacts, filename: PathBytes, in directory: PathBytes,
    fileSize: UInt64, actualSize: UInt64
  ) {
    self.init(filename: filename, format: facts.format.rawValue)
    self.fileSize = fileSize
    self.actualSize = actualSize
    virtualSize = facts.virtualSize
    clusterSize = facts.clusterSize
    isEncrypted = facts.isEncrypted
    isDirty = facts.isDirty
    snapshots = facts.snapshots.map(StoredSnapshot.init)
    content = facts.content
    fault = facts.fault?.reason
    formatSpecific = facts.formatSpecific(openedAs: filename.bytes)
    references = facts.references.map { reference in
      Reference(
        role: reference.role, storedBytes: reference.stored, heldBy: facts.format,
        in: directory,
        format: reference.recordedFormat.map { PathBytes($0).displayText })
    }
    if let backing = facts.references.first(where: { $0.role == .backing }) {
      describe(backing, heldBy: facts.format, in: directory)
    }
  }

  private mutating func describe(
    _ backing: StoredReference, heldBy format: ImageFormat, in directory: PathBytes
  ) {
    let stored = backing.stored
    let full = ReferenceTarget.fullName(of: stored, in: directory.bytes)
    backingFilename = PathBytes(ReferenceTarget.redacting(stored))
    backingFilenameFormat =
      backing.recordedFormat.map { PathBytes($0).displayText } ?? format.impliedBackingFormat
    // A name that QEMU combines with the image's directory, it combines with the name as given.
    let slash = filename.bytes.lastIndex(of: UInt8(ascii: "/"))
    let given = slash.map { filename.bytes[...$0] } ?? []
    fullBackingFilename = PathBytes(
      full == stored ? ReferenceTarget.redacting(stored) : given + stored)
  }
}
