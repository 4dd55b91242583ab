internal import CLinux
internal import Glibc

/// A name as the system wants it: not empty, no NUL in it, a NUL after it.
enum TerminatedName {
  /// Calls `body` with the name, or returns the error number that the system would give, negative.
  static func with(
    _ name: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Int32
  ) -> Int32 {
    guard !name.isEmpty else { return -ENOENT }
    guard !name.contains(0) else { return -EINVAL }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.count + 1)
    bytes.append(contentsOf: name)
    bytes.append(0)
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return -EINVAL }
      return unsafe body(start.assumingMemoryBound(to: CChar.self))
    }
  }
}

/// A path of any length, taken to a system call in pieces that the system accepts.
enum PathReach {
  /// Bytes of a path that one call takes: PATH_MAX without its NUL (limits.h).
  static let longestPiece = 4095

  /// Calls `body` with a directory and the rest of the path from there; negative error numbers pass
  /// through. At most two descriptors are open at any time.
  static func call(
    _ path: [UInt8], _ body: (Int32, UnsafePointer<CChar>) -> Int32
  ) -> Int32 {
    guard path.count > longestPiece else {
      return unsafe TerminatedName.with(path) { unsafe body(bs_working_directory(), $0) }
    }
    var rest = path[...]
    var directory = bs_working_directory()
    defer { close(directory) }
    while rest.count > longestPiece {
      let piece = rest.prefix(longestPiece)
      guard let slash = piece.lastIndex(of: UInt8(ascii: "/")) else { return -ENAMETOOLONG }
      let next = unsafe TerminatedName.with(rest[...slash]) {
        unsafe bs_open(directory, $0, Int32(BS_PLACE | BS_DIRECTORY | BS_FOLLOW))
      }
      guard next >= 0 else { return next }
      close(directory)
      directory = next
      rest = rest[slash...].drop { $0 == UInt8(ascii: "/") }
    }
    // A path that ended in the slash of a piece names the directory itself.
    let last = rest.isEmpty ? [UInt8(ascii: ".")][...] : rest
    return unsafe TerminatedName.with(last) { unsafe body(directory, $0) }
  }

  private static func close(_ directory: Int32) {
    if directory != bs_working_directory() { _ = bs_close(directory) }
  }
}

/// How a file is to be opened: the bits of `bs_open`.
struct Opening: OptionSet, Sendable {
  let rawValue: Int32
  static let followingLink = Opening(rawValue: Int32(BS_FOLLOW))
  static let directory = Opening(rawValue: Int32(BS_DIRECTORY))
  static let place = Opening(rawValue: Int32(BS_PLACE))

  /// A descriptor for `path`, or a negative error number.
  func open(_ path: [UInt8]) -> Int32 {
    unsafe PathReach.call(path) { unsafe bs_open($0, $1, rawValue) }
  }

  /// A descriptor for `name`, or a negative error number.
  func open(_ name: some DirectoryName, in directory: Int32) -> Int32 {
    unsafe name.withTerminated { unsafe bs_open(directory, $0, rawValue) }
  }
}
