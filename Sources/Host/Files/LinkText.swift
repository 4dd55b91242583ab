internal import CLinux
internal import Glibc

/// Reads the text of symbolic links.
enum LinkText {
  /// Bytes. Linux refuses to make a longer one (symlink(2): PATH_MAX); some file systems hold more.
  static let longest = 65536

  /// The text of a symbolic link that is itself open as a place; 0 or a negative error number.
  static func readOpened(_ link: Int32, into text: inout [UInt8]) -> Int32 {
    let nothing: [CChar] = [0]
    return unsafe nothing.withUnsafeBufferPointer { name in
      guard let start = name.baseAddress else { return -EINVAL }
      return unsafe read(link, start, into: &text)
    }
  }

  /// The length of the text, or a negative error number.
  @unsafe static func read(
    _ directory: Int32, _ name: UnsafePointer<CChar>, into text: inout [UInt8]
  ) -> Int32 {
    var capacity = 4096
    while true {
      var result: Int64 = 0
      unsafe text = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
        unsafe buffer.withMemoryRebound(to: CChar.self) {
          unsafe result = bs_read_link(directory, name, $0.baseAddress, capacity)
        }
        filled = result < 0 ? 0 : Int(result)
      }
      if result < Int64(capacity) { return Int32(result) }
      guard capacity < longest else { return -ENAMETOOLONG }
      capacity *= 2
    }
  }
}
