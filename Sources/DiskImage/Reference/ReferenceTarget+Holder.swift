extension ReferenceTarget {
  /// What `stored` means in its role to an image of `format` in `directory` (an absolute path).
  ///
  /// Not every format has QEMU's grammar for its names:
  /// - a parent known by UUID is a UUID and no path;
  /// - an extent of a VMDK is a path whatever colons are in it (QEMU block/vmdk.c,
  ///   `vmdk_parse_extents`);
  /// - the parent of a VHD or VHDX is a path for Windows. A relative one means something here once its
  ///   backslashes are slashes; one on a drive, a volume or a server does not. A VHD may have a file URL
  ///   too, whose path may be relative: `file://./parent.vhd`.
  public init(
    parsing stored: [UInt8], as role: ReferenceRole, heldBy format: ImageFormat,
    in directory: [UInt8]
  ) {
    switch (role, format) {
    case (.parent, _):
      self.init(type: .uuid)
      uri = String(decoding: stored, as: UTF8.self)
    case (.extent, _), (.changeTracking, _): self.init(path: stored[...], in: directory)
    case (.backing, .vpc), (.backing, .vhdx): self.init(windowsPath: stored, in: directory)
    case _: self.init(parsing: stored, in: directory)
    }
  }

  private init(windowsPath stored: [UInt8], in directory: [UInt8]) {
    let backslash = UInt8(ascii: "\\")
    if stored.starts(with: "file://".utf8) {
      let rest = stored.dropFirst("file://".utf8.count)
      let host = "localhost".utf8
      self.init(path: rest.starts(with: host) ? rest.dropFirst(host.count) : rest, in: directory)
    } else if stored.first == backslash || stored.dropFirst().first == UInt8(ascii: ":") {
      self.init()
      invalid = Self.isOfWindows
    } else {
      let path = stored.map { $0 == backslash ? UInt8(ascii: "/") : $0 }
      self.init(path: path[...], in: directory)
    }
  }

  /// A path without any grammar, relative to `directory` or absolute.
  private init(path: ArraySlice<UInt8>, in directory: [UInt8]) {
    let isAbsolute = path.first == UInt8(ascii: "/")
    self.init(
      parsing: isAbsolute ? Array(path) : directory + [UInt8(ascii: "/")] + path, in: directory)
  }

  /// Why an absolute path of Windows leads nowhere.
  static let isOfWindows = "it is an absolute path of Windows"

  /// Whether a stored name begins with a drive, as `C:\disks\base.vhd` does, or with a server.
  public static func isAbsoluteOnWindows(_ stored: [UInt8]) -> Bool {
    let isSlash = { (byte: UInt8?) in byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/") }
    if stored.starts(with: #"\\"#.utf8) { return true }
    guard let drive = stored.first, stored.dropFirst().first == UInt8(ascii: ":") else {
      return false
    }
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(drive | 0x20)
      && isSlash(stored.dropFirst(2).first)
  }
}
