extension ReferenceTarget {
  /// Works out what `stored` means to an image that stands in `directory` (an absolute path).
  public init(parsing stored: [UInt8], in directory: [UInt8]) {
    self.init(type: .file)
    path = stored.first == UInt8(ascii: "/") ? stored : directory + [UInt8(ascii: "/")] + stored
  }
}

extension ReferenceTarget {
  /// QEMU's `full-backing-filename`.
  public static func fullName(of stored: [UInt8], in directory: [UInt8]) -> [UInt8] {
    stored.first == UInt8(ascii: "/") ? stored : directory + [UInt8(ascii: "/")] + stored
  }

  /// The stored string with secrets replaced.
  public static func redacting(_ stored: [UInt8]) -> [UInt8] { stored }
}
