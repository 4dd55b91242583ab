internal import CLinux
internal import Glibc
public import Model

/// Writes files that others read at any time: they see the old one or the new one, whole.
public enum FileReplacement {
  /// Writes a file beside `place` and puts it in the place of what stands there.
  ///
  /// Only a regular file is ever replaced, never a device or a symbolic link.
  /// - Throws: `replace` for what is no regular file, `write` with the system's reason; then nothing
  ///   has changed.
  public static func write(
    _ bytes: [UInt8], to place: PathBytes, mode: UInt32
  ) throws(HostFault) {
    if let standing = try statusIfThere(ofPath: place, followingLink: false),
      standing.kind != .regular
    {
      throw HostFault(operation: "replace", path: place, code: EINVAL)
    }
    let path = place.bytes
    // A name that begins with a dot and has another ending is no output of ours to who looks there.
    let slash = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let folder = slash == 0 ? [UInt8(ascii: ".")] : Array(path[..<slash])
    let ending = Array(".\(getpid()).new".utf8)
    let draft = Array(path[..<slash]) + Array(".".utf8) + Array(path[slash...]) + ending
    let result = fill(draft, bytes, mode) {
      unsafe TerminatedName.with(draft) { from in
        unsafe TerminatedName.with(path) { to in
          unsafe TerminatedName.with(folder) { unsafe bs_take_place(from, to, $0) }
        }
      }
    }
    if result < 0 { throw HostFault(operation: "write", path: place, code: -result) }
  }

  private static func fill(
    _ draft: [UInt8], _ bytes: [UInt8], _ mode: UInt32, then finish: () -> Int32
  ) -> Int32 {
    let file = unsafe TerminatedName.with(draft) { unsafe bs_make_file($0) }
    guard file >= 0 else { return file }
    let descriptor = Descriptor(open: file)
    var result = unsafe bytes.withUnsafeBytes {
      unsafe bs_write_all(descriptor.number, $0.baseAddress, $0.count)
    }
    if result == 0 { result = bs_settle(descriptor.number, mode) }
    if result == 0 { result = finish() }
    if result < 0 { _ = unsafe TerminatedName.with(draft) { unsafe bs_remove_file($0) } }
    return result
  }
}
