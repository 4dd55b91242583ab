extension PathBytes {
  /// Whether this path is `directory` or lies below it, by its text.
  public func isIn(_ directory: PathBytes) -> Bool {
    if self == directory || directory.bytes == [UInt8(ascii: "/")] { return true }
    return bytes.count > directory.bytes.count && bytes.starts(with: directory.bytes)
      && bytes[directory.bytes.count] == UInt8(ascii: "/")
  }

  /// The same place below another directory, by its text; `nil` for what is not in the first.
  public func moved(from directory: PathBytes, to other: PathBytes) -> PathBytes? {
    guard isIn(directory) else { return nil }
    let slash = UInt8(ascii: "/")
    let rest = bytes.dropFirst(directory.bytes.count).drop { $0 == slash }
    return rest.isEmpty ? other : other.appending(rest)
  }
}
