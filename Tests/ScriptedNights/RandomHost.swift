import DiskImage
import Model

/// Random things that people and guests do to a host of two pools, and scans that see all of it or a part.
package struct RandomHost {
  package let host: ScriptedHost
  private var numbers: SeededNumbers
  /// Whether files may have several names.
  private let mayLink: Bool

  private static let roots: [PathBytes] = ["/srv/a", "/srv/b"]
  private static let folders: [PathBytes] = [
    "/srv/a", "/srv/a/x", "/srv/a/x/y", "/srv/b", "/srv/b/z",
  ]

  /// A host on which so much has happened.
  package init(seed: UInt64, mayLink: Bool = true, steps: Int = 25) throws {
    host = try ScriptedHost(Self.roots[0], Self.roots[1])
    host.ways["/way"] = "/srv/b"
    numbers = SeededNumbers(seed: seed)
    self.mayLink = mayLink
    happen(steps)
  }

  private mutating func path() -> PathBytes {
    let folder = Self.folders.randomElement(using: &numbers) ?? Self.roots[0]
    return folder.appending("n\(Int.random(in: 0..<7, using: &numbers))".utf8)
  }

  private mutating func some() -> PathBytes? {
    host.files.keys.sorted().randomElement(using: &numbers)
  }

  /// What an overlay may store of its base: a name beside it, a path, and one by a symbolic link.
  private mutating func backing() -> String {
    let path = path()
    let name = String(decoding: Array(path.name), as: UTF8.self)
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: return path.displayText
    case 1: return "/way/\(name)"
    case 2: return "../a/\(name)"
    case 3: return "/none/\(name)"
    default: return name
    }
  }

  /// So many things happen.
  package mutating func happen(_ steps: Int) { for _ in 0..<steps { step() } }

  private mutating func step() {
    let (path, backing) = (path(), backing())
    guard let some = some() else { return host.put(path) }
    switch Int.random(in: 0..<16, using: &numbers) {
    case 0, 1, 2: host.put(path, on: backing)
    case 3: host.put(path)
    case 4: host.put(path, on: backing, format: nil) { $0.isDirty = true }
    case 5, 6: host.move(some, to: path)
    case 7, 8: host.remove(some)
    case 9: host.write(some)
    case 10: host.rebase(some, on: backing)
    case 11: if mayLink { host.link(some, as: path) }
    case 12: host.change(some) { $0.isInUse.toggle() }
    case 13: host.aliases[path.directory.appending("l".utf8)] = some
    case 14: host.change(some) { $0.facts?.virtualSize = 1 << 21 }
    default:
      let folder = Self.folders.randomElement(using: &numbers) ?? Self.roots[0]
      guard !Self.roots.contains(folder) else { return }
      if Bool.random(using: &numbers) {
        host.removeDirectory(folder)
      } else {
        host.moveDirectory(folder, to: folder.directory.appending("moved".utf8))
      }
    }
  }

  /// A look that may miss something.
  package mutating func look() -> ScriptedHost.Look {
    let folder = Self.folders.randomElement(using: &numbers) ?? Self.roots[0]
    let root = Self.roots.randomElement(using: &numbers) ?? Self.roots[0]
    let kind = Int.random(in: 0..<8, using: &numbers)
    let lone = some()
    return ScriptedHost.Look {
      switch kind {
      case 0: $0.hidden = [folder]
      case 1: $0.unavailable = [root]
      case 2: $0.pools = [root]
      case 3: $0.images = lone.map { [$0] } ?? []
      default: break
      }
    }
  }
}
