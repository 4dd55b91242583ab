package import Host
package import Model
package import Sighting

/// A directory that is to be walked.
package struct DirectoryTask: Sendable {
  /// The path as it is walked.
  package let path: PathBytes
  /// Where it really is.
  package let canonicalPath: PathBytes
  /// The root of the pool that it belongs to.
  package let poolPath: PathBytes
  /// The identity of the file system of the pool's root; `nil` at the root itself.
  package let rootFilesystem: String?
  /// The identity of the parent's file system; `nil` at a root.
  package let parentFilesystem: String?
  /// The one name that is looked at, where one file is refreshed; `nil`: all.
  package let onlyName: [UInt8]?

  /// A directory that is to be walked.
  package init(
    path: PathBytes, canonicalPath: PathBytes, poolPath: PathBytes, rootFilesystem: String?,
    parentFilesystem: String?, onlyName: [UInt8]?
  ) {
    self.path = path
    self.canonicalPath = canonicalPath
    self.poolPath = poolPath
    self.rootFilesystem = rootFilesystem
    self.parentFilesystem = parentFilesystem
    self.onlyName = onlyName
  }
}

/// A part of a directory's files, read by one thread.
package struct FileBatch: Sendable {
  let listing: Listing
  /// Positions in the listing's entries.
  let entries: ArraySlice<Int>
}

/// One directory's entries beside what is known of them; shared by the threads that read it.
final class Listing: Sendable {
  let directory: Directory
  let entries: DirectoryEntries
  let known: KnownDirectory
  private let knowsFiles: Bool
  let blank: DirectoryReport
  /// A number for the file system, mixed into signatures.
  let filesystemDigest: UInt64
  /// Whether the same file may be seen at another path without having two links.
  let isMountedTwice: Bool
  /// Whether a file that is written to now gets a time of this host's clock.
  let hasTimesOfThisHost: Bool

  init(
    directory: Directory, entries: DirectoryEntries, known: KnownDirectory,
    blank: DirectoryReport, isMountedTwice: Bool, hasTimesOfThisHost: Bool
  ) {
    self.directory = directory
    self.entries = entries
    self.known = known
    knowsFiles = known.count > 0
    self.blank = blank
    self.isMountedTwice = isMountedTwice
    self.hasTimesOfThisHost = hasTimesOfThisHost
    var digest = ContentDigest()
    digest.combine(Array(blank.filesystem.utf8))
    filesystemDigest = UInt64(bitPattern: digest.value)
  }

  /// The position of a name among the files that are known; asked for every file, where most scans know all
  /// and a first one none.
  func position(of name: ArraySlice<UInt8>) -> Int? {
    knowsFiles ? known.position(of: name) : nil
  }
}

/// What the threads of a walk share out among themselves.
package enum WalkWork: Sendable {
  case directory(DirectoryTask)
  case files(FileBatch)
}

/// What a thread hands to the one that writes.
package enum WalkResult: Sendable {
  case report(DirectoryReport)
  /// A directory that was listed to its end.
  case whole(PathBytes)
  /// A directory of which nothing, or not everything, could be seen.
  case unseen(PathBytes, pool: PathBytes, reason: String)
  /// The database could not say what is known: without that no scan can go on.
  case failed(any Error)
}

/// What the walk cost one thread, or all of them together.
package struct WalkCost: Sendable {
  /// Nanoseconds on listing, comparing and handing over, waiting for room included.
  package var walk: Int64 = 0
  /// Nanoseconds on looking at files.
  package var read: Int64 = 0
  /// Calls of the system, and bytes.
  package var system = SyscallCounters()

  /// What it cost.
  package init() {}

  /// Adds what it cost another thread.
  package mutating func add(_ other: WalkCost) {
    walk += other.walk
    read += other.read
    system.add(other.system)
  }
}
