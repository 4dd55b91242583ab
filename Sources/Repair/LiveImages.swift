internal import Host
internal import Model
internal import Query
internal import Sighting
internal import Storage

/// What a plan asks of the disk at this moment. The answers are closures: what makes a step certain is decided, and
/// tested, without a file.
struct LiveImages {
  /// An image by its path.
  let image: (PathBytes) -> Result<ImageGlance, HostFault>
  /// What overlays see of an image, measured as another content was; `nil` where its chain is not whole, or it is
  /// written to meanwhile.
  let content: (KnownImage, Content) throws(HostFault) -> Content?
  /// A directory by its path without symbolic links.
  let realDirectory: (PathBytes) throws(HostFault) -> PathBytes
  /// Whether something is certainly at a path.
  let isThere: (PathBytes) -> Bool
}

extension LiveImages {
  /// What stands below the pools. Each image is read once, however many steps of a plan are about it.
  static func reading(below pools: [PathBytes]) -> LiveImages {
    let roots = PoolRoots(pools)
    var known: [PathBytes: Result<ImageGlance, HostFault>] = [:]
    return LiveImages(
      image: { path in
        if let found = known[path] { return found }
        let found = Result { () throws(HostFault) in
          ImageGlance(try LiveImage(roots.hold(path, writing: false), roots))
        }
        known[path] = found
        return found
      },
      content: { image, content throws(HostFault) in
        guard let disk = image.disk else { return nil }
        return try BaseContent().content(of: disk.asking(like: content))
      },
      realDirectory: canonicalPath,
      isThere: { (try? statusIfThere(ofPath: $0, followingLink: true)) != nil })
  }
}
