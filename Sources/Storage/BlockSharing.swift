package import Host
internal import Model
package import Sighting

/// Asks the file system which blocks of images are theirs alone.
package struct BlockSharing {
  /// Pieces of a file that are looked at: of one in more it is only known what it frees at most.
  private static let mostExtents: UInt32 = 65_536

  private let filesystems: FileSystemIdentity

  package init(filesystems: FileSystemIdentity) { self.filesystems = filesystems }

  /// What is known of each file. One that is not there, is another by now, or cannot be opened has nothing.
  package func measure(_ files: [FileToMeasure], stop: () -> Bool) -> [Int64: OwnBlocks] {
    var found: [Int64: OwnBlocks] = [:]
    for file in files {
      if stop() { return found }
      do throws(HostFault) {
        if let blocks = try measure(file.file) { found[file.image] = blocks }
      } catch {
        // Whatever is in the way was in the way of the scan too, which has told it.
        continue
      }
    }
    return found
  }

  private func measure(_ known: BaseFile) throws(HostFault) -> OwnBlocks? {
    let directory = try Directory(opening: known.path.directory, followingLink: true)
    let file = try directory.openFile(Array(known.path.name))
    let status = file.openedStatus
    guard status.inode == known.inode,
      try filesystems.identity(of: directory, status: try directory.status()) == known.filesystem
    else { return nil }
    let shared = try file.sharedBlocks(atMost: Self.mostExtents)
    let own = shared.flatMap { shared in
      shared.isRough ? nil : status.allocated - min(status.allocated, shared.bytes)
    }
    return OwnBlocks(bytes: own, names: status.linkCount)
  }
}
