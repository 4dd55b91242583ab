import DiskImage
import Host
import Model
import Synchronization

/// What the host's calls cost for each file of a tree, in a warm cache.
func measureWalks() {
  measureWalk("names", threads: 1) { _, _ in }
  measureWalk("names and statuses", threads: 1) { directory, entry in
    _ = try directory.status(of: entry)
  }
  for threads in [1, 64] {
    measureWalk("names and headers", threads: threads) { directory, entry in
      let file = try directory.openFile(entry)
      let facts = try ImageFacts.reading(file)
      try Unexpected.unless(facts.format == .qcow2, "an image was not recognised")
    }
  }
}

private func measureWalk(
  _ name: String, threads: Int,
  _ look: @escaping @Sendable (Directory, DirectoryEntry) throws -> Void
) {
  let folder = TemporaryFolder()
  let crew = threads == 1 ? "1 thread" : "\(threads) threads"
  measure("walk: \(name), \(crew) ×\(ImageTree.count)", in: folder) {
    try ImageTree(in: folder)
  } before: { tree in
    tree
  } call: { tree in
    let count = walk(tree.path, threads: threads, look)
    try Unexpected.unless(count == ImageTree.count, "\(count) images were looked at")
    return count
  }
}

/// Looks at every file below a directory; how many could be looked at.
private func walk(
  _ root: PathBytes, threads: Int,
  _ look: @escaping @Sendable (Directory, DirectoryEntry) throws -> Void
) -> Int {
  let seen = Counter()
  WorkCrew(size: threads).drain([root]) { path, add in
    guard let directory = try? Directory(opening: path, followingLink: false),
      let entries = try? directory.entries()
    else { return }
    var count = 0
    for entry in entries {
      if entry.kind == .directory {
        add(directory.path(of: entry))
      } else if (try? look(directory, entry)) != nil {
        count += 1
      }
    }
    seen.value.add(count, ordering: .relaxed)
  }
  return seen.value.load(ordering: .relaxed)
}

private final class Counter: Sendable {
  let value = Atomic(0)
}
