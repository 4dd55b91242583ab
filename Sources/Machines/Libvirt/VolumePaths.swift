internal import DiskImage
package import Libvirt
package import Model

/// Where the volumes of pools are.
package struct VolumePaths {
  private let facts: [String: PoolFacts]
  private let known: [String: [PathBytes]]

  /// Where libvirt's own pools were read; `nil` where none were.
  private let root: PathBytes?
  /// Directories of XML whose pools are another host's.
  private let others: [PathBytes]

  /// Pools of libvirt's as this scan read them below a root, and those that earlier scans walked.
  package init(
    _ facts: [PoolFacts], known: [(name: String, path: PathBytes)], definedBelow root: PathBytes?,
    except others: [PathBytes]
  ) {
    self.root = root
    self.others = others
    self.facts = Dictionary(facts.map { ($0.name, $0) }) { first, _ in first }
    self.known = Dictionary(grouping: known, by: \.name).mapValues { $0.map(\.path) }
  }

  /// Whether a file of libvirt's own names a volume of a pool that libvirt does not define.
  func lacksPool(of target: ReferenceTarget, in file: PathBytes) -> Bool {
    guard target.type == .volume, let pool = target.options["pool"], isOfThisHost(file) else {
      return false
    }
    return facts[pool] == nil && known[pool] == nil
  }

  /// Whether a file is libvirt's own, so that what it names is on this host.
  func isOfThisHost(_ file: PathBytes) -> Bool {
    guard let root else { return false }
    return file.isIn(root) && !others.contains(where: file.isIn)
  }

  /// A reference to a volume with the path that it means, where its pool is known.
  func resolved(_ target: ReferenceTarget) -> ReferenceTarget {
    guard target.type == .volume, let pool = target.options["pool"], let volume = target.name
    else { return target }
    var resolved = target
    if let facts = facts[pool] {
      resolved.path = facts.path(ofVolume: volume).map { Array($0.utf8) }
    } else if let paths = known[pool], paths.count == 1 {
      resolved.path = paths.first?.appending(volume.utf8).bytes
    }
    return resolved
  }
}
