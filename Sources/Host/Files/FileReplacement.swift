internal import CLinux
internal import Glibc
public import Model

/// Writes files that others read at any time: they see the old one or the new one, whole.
public enum FileReplacement {
  /// Writes a file beside `place` and puts it in the place of what stands there.
  ///
  /// Only a regular file is ever replaced, never a device or a symbolic link. Root follows no link of
  /// somebody else on the way: that user would choose where root writes.
  /// - Throws: `replace` for what is no regular file, `write` with the system's reason; then nothing
  ///   has changed.
  public static func write(
    _ bytes: [UInt8], to place: PathBytes, mode: UInt32
  ) throws(HostFault) {
    let path = place.bytes
    // A name that begins with a dot and has another ending is no output of ours to who looks there.
    let slash = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let held = try heldFolder(of: path[..<slash], place)
    // From here on every path begins at what is held.
    let folder = Array("/proc/self/fd/\(held.number)".utf8)
    let goal = folder + [UInt8(ascii: "/")] + Array(path[slash...])
    try refuseOther(PathBytes(goal), place)
    let ending = Array(".\(getpid()).new".utf8)
    let draft = folder + Array("/.".utf8) + Array(path[slash...]) + ending
    let result = fill(draft, bytes, mode) {
      unsafe TerminatedName.with(draft) { from in
        unsafe TerminatedName.with(goal) { to in
          unsafe TerminatedName.with(folder) { unsafe bs_take_place(from, to, $0) }
        }
      }
    }
    withExtendedLifetime(held) {}
    if result < 0 { throw HostFault(operation: "write", path: place, code: -result) }
  }

  /// The directory in which a file is to stand.
  private static func heldFolder(
    of path: ArraySlice<UInt8>, _ file: PathBytes
  ) throws(HostFault) -> Descriptor {
    do throws(HostFault) {
      var walk = try PathWalk(
        path.isEmpty ? "." : PathBytes(Array(path)), following: Account.isRoot ? .ours : .all)
      try walk.finish()
      return walk.end()
    } catch {
      if error.code == HostFault.linkOnTheWay {
        throw HostFault(
          operation: "write through another user's symbolic link", path: error.path, code: EPERM)
      }
      throw HostFault(operation: "write", path: file, code: error.code)
    }
  }

  private static func refuseOther(_ goal: PathBytes, _ path: PathBytes) throws(HostFault) {
    let kind: FileKind
    do throws(HostFault) {
      kind = try FileStatus(ofPath: goal, followingLink: false, operation: "stat").kind
    } catch {
      if error.isMissing { return }
      throw HostFault(operation: "stat", path: path, code: error.code)
    }
    if kind != .regular { throw HostFault(operation: "replace", path: path, code: EINVAL) }
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
