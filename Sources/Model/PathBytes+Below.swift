extension PathBytes {
  /// Whether this path is `directory` or lies below it, by its text.
  public func isIn(_ directory: PathBytes) -> Bool {
    if self == directory || directory.bytes == [UInt8(ascii: "/")] { return true }
    return bytes.count > directory.bytes.count && bytes.starts(with: directory.bytes)
      && bytes[directory.bytes.count] == UInt8(ascii: "/")
  }
}
