/// Paths as text: joined and tidied without looking at the file system.
enum LexicalPath {
  /// `name` as an absolute path, relative to `directory`; any bytes.
  ///
  /// Doubled slashes, a slash at the end and `.` go. `..` stays behind a name, because the name may
  /// be a symbolic link and only the kernel knows where `..` leads from there; above the root it is
  /// the root.
  static func joined(_ directory: [UInt8], _ name: ArraySlice<UInt8>) -> [UInt8] {
    var path: [UInt8] = []
    path.reserveCapacity(directory.count + 1 + name.count)
    if name.first != UInt8(ascii: "/") { append(directory[...], to: &path) }
    append(name, to: &path)
    if path.isEmpty { path.append(UInt8(ascii: "/")) }
    return path
  }

  /// Directories below `/dev` that hold no devices.
  private static let noDevices = [
    "/dev/shm/", "/dev/hugepages", "/dev/mqueue/", "/dev/fd/", "/dev/pts/",
  ]

  /// Whether a tidy path is that of a device, by its place; a `..` in it leaves that open.
  static func isDevice(_ path: [UInt8]) -> Bool {
    path.starts(with: "/dev/".utf8) && path.firstPlace(of: "/..") == nil
      && !noDevices.contains { path.starts(with: $0.utf8) }
  }

  private static func append(_ text: ArraySlice<UInt8>, to path: inout [UInt8]) {
    var start = text.startIndex
    while start < text.endIndex {
      var end = start
      while end < text.endIndex, text[end] != UInt8(ascii: "/") { end += 1 }
      let component = text[start..<end]
      if !component.isEmpty, !isDot(component), !(path.isEmpty && isDotDot(component)) {
        path.append(UInt8(ascii: "/"))
        path += component
      }
      start = end + 1
    }
  }

  private static func isDot(_ component: ArraySlice<UInt8>) -> Bool {
    component.count == 1 && component.first == UInt8(ascii: ".")
  }

  private static func isDotDot(_ component: ArraySlice<UInt8>) -> Bool {
    component.count == 2 && component.first == UInt8(ascii: ".")
      && component.last == UInt8(ascii: ".")
  }
}
