internal import Host
package import Libvirt
package import Model

/// One of libvirt's pools as a scan takes it.
package struct LibvirtPool {
  package let name: String
  /// The target; of a pool without a directory, `TYPE:SOURCE`.
  package let path: PathBytes
  /// `TYPE:SOURCE` for a pool that no scan looks into: several such may have one target, as
  /// `/dev/disk/by-path`.
  let otherPath: PathBytes?
  /// Why no scan looks into it; `nil` where scans do.
  package let notVisitedReason: String?
  /// Why this scan does not: it is not visited, or not mounted now.
  package let obstacle: String?

  /// A pool by what its files below a root say.
  init(_ facts: PoolFacts, below root: PathBytes) {
    name = facts.name
    notVisitedReason = facts.notVisitedReason.map { reason in
      "\(reason); not visited" + (facts.source.map { " (its source is \($0))" } ?? "")
    }
    let target = facts.targetPath.flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
    let source = "\(facts.type):\(facts.source ?? facts.name)"
    path = PathBytes(Self.trimmed((target ?? source).utf8))
    otherPath = notVisitedReason == nil ? nil : PathBytes(Self.trimmed(source.utf8))
    obstacle =
      notVisitedReason ?? Self.obstacle(at: path, type: facts.type)
      ?? Self.obstacle(at: path, below: root)
  }

  /// Each pool once, by its path. Of a definition and what runs of it, the definition comes first.
  package static func distinct(_ facts: [PoolFacts], below root: PathBytes) -> [LibvirtPool] {
    var taken: [PathBytes: String] = [:]
    return facts.map { LibvirtPool($0, below: root) }.compactMap { pool in
      if taken[pool.path] == pool.name { return nil }
      guard taken[pool.path] != nil else {
        taken[pool.path] = pool.name
        return pool
      }
      guard let other = pool.otherPath, taken[other] == nil else { return nil }
      taken[other] = pool.name
      return LibvirtPool(pool, at: other)
    }
  }

  private init(_ pool: LibvirtPool, at path: PathBytes) {
    name = pool.name
    self.path = path
    otherPath = nil
    notVisitedReason = pool.notVisitedReason
    obstacle = pool.obstacle
  }

  /// A pool on a file system of its own is not seen in the empty directory that stands for it.
  private static func obstacle(at path: PathBytes, type: String) -> String? {
    guard type == "fs" || type == "netfs" else { return nil }
    do throws(HostFault) {
      let entries = try Directory(opening: path, followingLink: true).entries()
      guard entries.isEmpty, entries.fault == nil else { return nil }
      let real = try canonicalPath(path)
      let isMounted = try MountTable.current().isMountPoint(real)
      return isMounted ? nil : "its file system is not mounted"
    } catch {
      // What is not there is said where it is to be scanned.
      return error.isMissing ? nil : "cannot be read: \(error.reason)"
    }
  }

  /// Paths in libvirt's files mean this host's, wherever the files are. Whoever looks for the pool below
  /// their root is told.
  private static func obstacle(at path: PathBytes, below root: PathBytes) -> String? {
    let copy = root.appending(path.bytes.drop { $0 == UInt8(ascii: "/") })
    guard root != "/" else { return nil }
    do throws(HostFault) {
      guard try statusIfThere(ofPath: path, followingLink: true) == nil,
        try statusIfThere(ofPath: copy, followingLink: true)?.kind == .directory
      else { return nil }
    } catch {
      return nil  // Whether it can be scanned is said where it is to be.
    }
    return "it is not here; '\(copy.displayText)' is, but paths in libvirt's files mean this "
      + "host's: mount it where they say"
  }

  /// Without slashes at the end.
  private static func trimmed(_ path: some Sequence<UInt8>) -> [UInt8] {
    var bytes = Array(path)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return bytes
  }
}
