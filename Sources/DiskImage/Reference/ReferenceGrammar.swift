extension ReferenceTarget {
  /// Works out what `stored` means to an image that stands in `directory` (an absolute path).
  public init(parsing stored: [UInt8], in directory: [UInt8]) {
    self.init(type: .file)
    path = stored.first == UInt8(ascii: "/") ? stored : directory + [UInt8(ascii: "/")] + stored
  }
}
