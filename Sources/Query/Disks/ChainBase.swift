internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// The base that an image names.
struct ChainBase {
  let image: Int64?
  let state: LinkState
  let recorded: String?
  /// As it is meant from where the overlay stands.
  let target: ReferenceTarget
  let stored: [UInt8]
  /// Whether it is named by its identity, and not by a path.
  let isParent: Bool

  var place: PathBytes {
    target.path.map { PathBytes($0) } ?? PathBytes((target.uri ?? "").utf8)
  }

  /// Whether the reference states where in the file the base begins or how long it is: what the file
  /// itself holds says nothing of that part.
  var isPart: Bool { target.options["offset"] != nil || target.options["size"] != nil }

  /// The base as the next image of the chain, below an overlay by the name that its own user has
  /// for it; `nil` where the inventory does not hold it.
  func next(
    below overlay: ChainImage, named name: PathBytes, _ transaction: ReadTransaction
  ) throws -> DiskChainBuilder.Next? {
    guard let image else { return nil }
    var (target, slice) = StorageSlice.split(target)
    // The image was found, so it is known from where.
    target.options["relative-to"] = nil
    var next = DiskChainBuilder.Next(image: image, recorded: recorded, slice: slice)
    if !target.options.isEmpty { next.target = target }
    // A name behind a symbolic link to the overlay would lead somewhere else, and VHD and VHDX hold
    // names of Windows.
    guard overlay.detected != "vpc", overlay.detected != "vhdx",
      try transaction.isOneDirectory(name.directory, overlay.path.directory)
    else { return next }
    let full = ReferenceTarget.fullName(of: stored, in: name.directory.bytes)
    let path = full.first == UInt8(ascii: "/") ? full : target.path
    next.name = path.map { PathBytes($0) }
    return next
  }
}

extension ReadTransaction {
  /// Whether two paths name the same directory, as far as the scan looked.
  func isOneDirectory(_ one: PathBytes, _ other: PathBytes) throws -> Bool {
    try one == other
      || value(
        """
        SELECT EXISTS (
          SELECT 1 FROM directory_state_at AS first
          JOIN directory_state_at AS second ON second.canonical = first.canonical
          WHERE first.directory = (SELECT id FROM directory WHERE path = :one)
            AND second.directory = (SELECT id FROM directory WHERE path = :other))
        """,
        [
          "one": ReferenceTarget.local(one).databaseValue, "other": other.databaseValue,
        ]) ?? false
  }
}

extension ReferenceTarget {
  /// A path in the form in which the inventory keeps it: without `.` and doubled slashes.
  fileprivate static func local(_ path: PathBytes) -> PathBytes {
    PathBytes(ReferenceTarget(parsing: path.bytes, in: path.bytes).path ?? path.bytes)
  }
}
