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
    let draft = try DraftFile(for: place)
    try draft.write(bytes)
    try draft.takePlace(mode: mode)
  }
}

/// A new file beside the place that it is to take, as `FileReplacement` has it; gone with this value, unless it has
/// taken the place.
public struct DraftFile: ~Copyable {
  private let place: PathBytes
  /// The directory, held from the first look on: every path begins at it.
  private let folder: Descriptor
  private let goal: [UInt8]
  private let draft: [UInt8]
  let descriptor: Descriptor

  /// Makes the file.
  /// - Throws: `replace` where no regular file stands at the place, `write` with the system's reason.
  public init(for place: PathBytes) throws(HostFault) {
    let path = place.bytes
    // A name that begins with a dot and has another ending is no output of ours to who looks there.
    let slash = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let held = try Self.heldFolder(of: path[..<slash], place)
    let folder = Array("/proc/self/fd/\(held.number)/".utf8)
    let goal = folder + Array(path[slash...])
    try Self.refuseOther(PathBytes(goal), place)
    let draft =
      folder + Array(".".utf8) + Array(path[slash...]) + Array(".\(getpid()).new".utf8)
    descriptor = try Descriptor(
      unsafe TerminatedName.with(draft) { unsafe bs_make_file($0) }, "write", place)
    self.place = place
    self.folder = held
    self.goal = goal
    self.draft = draft
  }

  deinit { _ = unsafe TerminatedName.with(draft) { unsafe bs_remove_file($0) } }

  /// Writes bytes behind those that are written.
  /// - Throws: `write`.
  public borrowing func write(_ bytes: [UInt8]) throws(HostFault) {
    let number = descriptor.number
    try unsafe bytes.withUnsafeBytes {
      unsafe bs_write_all(number, $0.baseAddress, $0.count)
    }.check("write", place)
  }

  /// Gives the file its mode, waits until the device has it, and puts it in the place.
  /// - Throws: `write`.
  public borrowing func takePlace(mode: UInt32) throws(HostFault) {
    try bs_settle(descriptor.number, mode).check("write", place)
    let directory = Array("/proc/self/fd/\(folder.number)".utf8)
    let result = unsafe TerminatedName.with(draft) { from in
      unsafe TerminatedName.with(goal) { to in
        unsafe TerminatedName.with(directory) { unsafe bs_take_place(from, to, $0) }
      }
    }
    try result.check("write", place)
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
}
