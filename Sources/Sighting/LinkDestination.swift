package import DiskImage
package import Model

/// Where a reference wants to go: a local path to be looked for, or a state that needs no look.
package struct LinkDestination: Sendable {
  package let path: PathBytes?
  package let state: LinkState?

  package init(_ target: ReferenceTarget) {
    if target.invalid != nil {
      (path, state) = (nil, .invalid)
    } else if let local = target.path, local.first == Self.slash, target.type == .dir {
      (path, state) = (Self.directory(local), nil)
    } else if let local = target.path, local.first == Self.slash, local.count > 1 {
      (path, state) = (PathBytes(local), nil)
    } else if target.type == .uuid || target.type == .volume {
      (path, state) = (nil, .unknown)
    } else if target.type != nil {
      (path, state) = (nil, .remote)
    } else {
      (path, state) = (nil, .invalid)
    }
  }

  private static let slash = UInt8(ascii: "/")

  /// A directory is one with and without slashes at the end.
  private static func directory(_ path: [UInt8]) -> PathBytes {
    let last = path.lastIndex { $0 != slash } ?? path.startIndex
    return PathBytes(path[...last])
  }
}
