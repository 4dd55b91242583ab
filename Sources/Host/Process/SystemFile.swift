internal import CLinux
internal import Glibc
internal import Model

/// The small text files in which the system tells about itself.
enum SystemFile {
  /// Bytes of one read: /proc makes consistent text only within a read.
  private static let chunk = 1 << 18
  /// Bytes; a mount table of 100,000 mounts has some 20 MB.
  private static let longest = 1 << 28

  /// The whole content of the file at `path`.
  static func contents(_ path: PathBytes) throws(HostFault) -> [UInt8] {
    let descriptor = try Descriptor(Opening.followingLink.open(path.bytes), "open", path)
    return try contents(descriptor, path)
  }

  /// The whole content of an open file.
  static func contents(
    _ descriptor: borrowing Descriptor, _ path: PathBytes
  ) throws(HostFault) -> [UInt8] {
    let number = descriptor.number
    var contents: [UInt8] = []
    while contents.count < longest {
      var result: Int64 = 0
      let more = unsafe [UInt8](unsafeUninitializedCapacity: chunk) { buffer, filled in
        unsafe result = bs_read(number, buffer.baseAddress, chunk, Int64(contents.count))
        filled = max(0, Int(result))
      }
      try Int32(truncatingIfNeeded: min(result, 0)).check("read", path)
      contents += more
      if more.count < chunk { return contents }
    }
    throw HostFault(operation: "read", path: path, code: EFBIG)
  }
}

extension Directory {
  /// The whole text of a file that the system makes up when it is read, as those in `/proc`; its
  /// status says nothing of its length.
  public func systemText(of name: some DirectoryName) throws(HostFault) -> [UInt8] {
    let path = path(of: name)
    let descriptor = try Descriptor(Opening().open(name, in: descriptor.number), "open", path)
    return try SystemFile.contents(descriptor, path)
  }
}
