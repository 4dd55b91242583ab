internal import DiskImage
internal import Host
internal import Model
internal import Query

/// An image as it is now, read again: what a plan is checked against.
struct LiveImage {
  let path: PathBytes
  let facts: ImageFacts
  let status: FileStatus
  /// Whether another process holds one of QEMU's locks on it.
  let isInUse: Bool
  /// The first bytes of the file: as many as a change of a reference may touch.
  let head: [UInt8]

  /// Bytes at the front of an image without clusters that are compared.
  private static let leastHead = 65_536

  /// Which file it is; `nil` where it was only looked at by its name.
  let mark: FileMark?

  /// Reads an image's header, for a plan that only a person carries out.
  /// - Throws: `HostFault` where there is no image that can be read, or where nobody can say whether it
  ///   is in use.
  init(reading path: PathBytes) throws(HostFault) {
    try self.init(OpenFile(opening: path), path, mark: nil)
  }

  /// Reads the header of an image that is held.
  /// - Throws: as above.
  init(_ held: borrowing HeldFile, _ roots: PoolRoots) throws(HostFault) {
    let file = try held.reader()
    let mark = try roots.mark(of: file)
    try self.init(file, held.path, mark: mark)
  }

  private init(
    _ file: consuming OpenFile, _ path: PathBytes, mark: FileMark?
  ) throws(HostFault) {
    self.path = path
    self.mark = mark
    do {
      facts = try ImageFacts.reading(file)
      // A header, its extensions and names lie within the first cluster (QEMU docs/interop/qcow2.rst,
      // section Header; qed_spec.rst, section Header).
      let length = facts.format == .raw ? 0 : Int(clamping: facts.clusterSize ?? 0)
      head = try file.bytes(at: 0, count: min(max(length, Self.leastHead), 2 << 20))
    } catch {
      throw HostFault(operation: "read", path: path, code: error.code)
    }
    status = try file.status()
    isInUse = try file.isLockedByQEMU()
  }

  /// What a script compares before it changes anything: of an image whose header changes, and that a guest may
  /// have written to since.
  var guarding: Guard {
    Guard(path: path, length: head.count, checksum: Checksum.value(of: head), mark: mark)
  }

  /// The same of a file that must not have been written to since.
  var guardingAll: Guard {
    var all = guarding
    // Before 1970 `stat` rounds down, too.
    let (seconds, rest) = status.modified.quotientAndRemainder(dividingBy: 1_000_000_000)
    all.stamp = "\(status.inode) \(status.size) \(rest < 0 ? seconds - 1 : seconds)"
    return all
  }

  /// The reference of a role with this stored string.
  func reference(_ role: ReferenceRole, stored: [UInt8]) -> StoredReference? {
    facts.references.first { $0.role == role && $0.stored == stored }
  }
}
