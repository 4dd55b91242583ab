internal import CLinux
internal import DiskImage
internal import Glibc
public import Model

/// A folder of this program's own files: only their owner may look into it.
public struct PrivateFolder: Sendable {
  /// Where it stands.
  public let path: PathBytes

  /// The folder at a path; it is made when a file is written to it.
  public init(_ path: PathBytes) { self.path = path }

  /// Writes a file, whole, in the place of the one that has its name; the device has it when this returns.
  /// - Throws: `make`, and as `FileReplacement.write`.
  public func write(_ bytes: [UInt8], to name: [UInt8]) throws(HostFault) {
    let made = unsafe TerminatedName.with(path.bytes) { unsafe bs_make_directory($0, 0o700) }
    if made != -EEXIST { try made.check("make", path) }
    try FileReplacement.write(bytes, to: path.appending(name), mode: 0o600)
  }

  /// The names in it, in the kernel's order; none where there is no folder.
  /// - Throws: `open` and `list`, also where only some of them could be listed.
  public func names() throws(HostFault) -> [[UInt8]] {
    do throws(HostFault) {
      let entries = try Directory(opening: path, followingLink: true).entries()
      if let fault = entries.fault { throw fault }
      return entries.map { Array($0.nameBytes) }
    } catch {
      if error.isMissing { return [] }
      throw error
    }
  }

  /// The whole content of a file.
  /// - Throws: `open` and `read`.
  public func contents(of name: [UInt8]) throws(HostFault) -> [UInt8] {
    let file = try Directory(opening: path, followingLink: true).openFile(name)
    do throws(ReadFault) {
      return try file.bytes(at: 0, count: Int(clamping: file.byteCount))
    } catch {
      throw HostFault(operation: "read", path: path.appending(name), code: error.code)
    }
  }

  /// Gives a file another name, in the place of what has that one.
  /// - Throws: `rename`.
  public func rename(_ name: [UInt8], to other: [UInt8]) throws(HostFault) {
    let result = unsafe TerminatedName.with(path.appending(name).bytes) { from in
      unsafe TerminatedName.with(path.appending(other).bytes) { to in
        unsafe TerminatedName.with(path.bytes) { unsafe bs_take_place(from, to, $0) }
      }
    }
    try result.check("rename", path.appending(name))
  }
}
