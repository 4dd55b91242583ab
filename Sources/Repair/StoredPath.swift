internal import DiskImage
internal import Host
internal import Model

/// How a reference spells where its target is.
public enum Spelling: Sendable, Hashable {
  /// Relative stays relative where that is possible, absolute stays absolute.
  case asBefore
  /// Always absolute.
  case absolute
  /// Relative wherever that is possible.
  case relative
}

/// The string by which an image is to name its target.
enum StoredPath {
  /// Bytes that QEMU allows for a backing name (QEMU docs/interop/qcow2.rst, `backing_file_size`).
  static let longest = 1023

  /// The string for a target.
  ///
  /// - Parameters:
  ///   - old: what the image says now, and whether that is a plain relative path.
  ///   - image: where the image stands; a relative name is looked up from its directory, by the kernel,
  ///     so it is made of paths without symbolic links.
  ///   - real: finds the path of a directory without symbolic links.
  /// - Returns: `nil` where no string fits.
  /// - Throws: `resolve` where the way from one to the other cannot be looked up.
  static func naming(
    _ target: PathBytes, from image: PathBytes, otherNames: [PathBytes], old: [UInt8],
    _ spelling: Spelling, _ real: (PathBytes) throws(HostFault) -> PathBytes
  ) throws(HostFault) -> PathBytes? {
    let isRelative = spelling == .relative || (spelling == .asBefore && isRelativePath(old))
    // A file of several names in several directories is found by an absolute path from all of them.
    let hasOneHome = otherNames.allSatisfy { $0.directory == image.directory }
    if isRelative, hasOneHome,
      let name = try relative(
        to: target, from: image.directory, real)
    {
      return name
    }
    return target.bytes.count <= longest ? target : nil
  }

  /// Whether a stored string is a path relative to its image, and nothing but that.
  static func isRelativePath(_ stored: [UInt8]) -> Bool {
    guard let first = stored.first, first != UInt8(ascii: "/") else { return false }
    return !hasProtocol(stored)
  }

  /// Whether QEMU takes a string for something else than a path: a colon before the first slash (QEMU
  /// block.c, `path_has_protocol`).
  private static func hasProtocol(_ name: [UInt8]) -> Bool {
    let colon = UInt8(ascii: ":")
    return name.prefix { $0 != UInt8(ascii: "/") }.contains(colon)
  }

  private static func relative(
    to target: PathBytes, from directory: PathBytes,
    _ real: (PathBytes) throws(HostFault) -> PathBytes
  ) throws(HostFault) -> PathBytes? {
    let home = try real(directory)
    let folder = try real(target.directory)
    return relative(toName: target.name, in: folder, from: home)
  }

  /// The way from one directory to a name in another, both without symbolic links.
  static func relative(
    toName name: ArraySlice<UInt8>, in folder: PathBytes, from home: PathBytes
  ) -> PathBytes? {
    let from = home.bytes.split(separator: UInt8(ascii: "/"))
    let to = folder.bytes.split(separator: UInt8(ascii: "/"))
    let common = zip(from, to).prefix { $0 == $1 }.count
    let up = [[UInt8]](repeating: Array("..".utf8), count: from.count - common)
    let parts = up + to[common...].map { Array($0) } + [Array(name)]
    var way = Array(parts.joined(separator: [UInt8(ascii: "/")]))
    if hasProtocol(way) { way = Array("./".utf8) + way }
    return way.count <= longest ? PathBytes(way) : nil
  }
}
