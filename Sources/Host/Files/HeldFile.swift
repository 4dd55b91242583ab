internal import CLinux
internal import Glibc
public import Model

/// A file that is changed where it stands: reached over no link of anybody else's, opened once, and held as
/// long as it is looked at, judged and written.
///
/// Whoever owns a directory on the way may put a link in the place of anything in it, at any moment. So the
/// way is walked one component at a time, each opened in the one before. Down to the pool a symbolic link
/// is followed where root or this user made it; below the pool none is. What is then done is done to the
/// open file, whatever its name means by then.
public struct HeldFile: ~Copyable, Sendable {
  /// The path under which it was reached; used in faults, never looked up again.
  public let path: PathBytes
  let descriptor: Descriptor

  /// Walks down to a regular file and opens it.
  /// - Parameters:
  ///   - path: absolute.
  ///   - pool: the directory from which on nothing is trusted; `nil` where none is known to hold the file:
  ///     then only the file itself must be no link.
  /// - Throws: `resolve` and `open`; a link that is not followed has a reason of its own, what is no
  ///   regular file is refused with `isNotRegular`.
  public init(_ path: PathBytes, below pool: PathBytes?, writing: Bool) throws(HostFault) {
    let bytes = path.bytes
    guard bytes.first == Self.slash, let end = bytes.lastIndex(of: Self.slash) else {
      throw HostFault(operation: "open", path: path, code: EINVAL)
    }
    let directory = bytes[..<end]
    let name = bytes[end...].drop { $0 == Self.slash }
    let trusted = pool.map { Self.trimmed($0.bytes) }.flatMap {
      Self.leads($0, to: directory) ? $0 : nil
    }
    var walk = try PathWalk(
      PathBytes(Array(trusted ?? directory) + [Self.slash]), following: .ours)
    try walk.finish()
    if let trusted { try walk.finish(strictly: directory.dropFirst(trusted.count)) }
    try Self.look(at: name, in: walk.here, path)
    let file = try Descriptor(Self.open(name, in: walk.here, writing), "open", path)
    // What was looked at may not be what was opened.
    try Self.expectRegular(file.status(path), path)
    self.path = path
    descriptor = file
  }

  private static let slash = UInt8(ascii: "/")

  private static func trimmed(_ path: [UInt8]) -> ArraySlice<UInt8> {
    var rest = path[...]
    while rest.last == slash { rest.removeLast() }
    return rest
  }

  private static func leads(_ pool: ArraySlice<UInt8>, to directory: ArraySlice<UInt8>) -> Bool {
    guard directory.starts(with: pool) else { return false }
    return directory.count == pool.count || directory.dropFirst(pool.count).first == slash
  }

  /// Opening some devices acts: a name is looked at before it is opened.
  private static func look(
    at name: ArraySlice<UInt8>, in directory: borrowing Descriptor, _ path: PathBytes
  ) throws(HostFault) {
    var raw = bs_status()
    let number = directory.number
    try unsafe name.withTerminated { unsafe bs_status_at(number, $0, 0, &raw) }.check("open", path)
    try expectRegular(FileStatus(raw), path)
  }

  private static func open(
    _ name: ArraySlice<UInt8>, in directory: borrowing Descriptor, _ writing: Bool
  ) -> Int32 {
    let number = directory.number
    guard writing else { return Opening().open(name, in: number) }
    return unsafe name.withTerminated { unsafe bs_open_to_write(number, $0) }
  }

  private static func expectRegular(_ status: FileStatus, _ path: PathBytes) throws(HostFault) {
    switch status.kind {
    case .regular: return
    case .symbolicLink:
      throw HostFault(operation: "open", path: path, code: HostFault.linkOnTheWay)
    default: throw HostFault(operation: "open", path: path, code: HostFault.notRegular)
    }
  }

  /// The status as it is now.
  public borrowing func status() throws(HostFault) -> FileStatus { try descriptor.status(path) }

  /// The file for reading, with the length that it has now.
  public borrowing func reader() throws(HostFault) -> OpenFile {
    let copy = try Descriptor(bs_duplicate(descriptor.number, 0, 0), "open", path)
    return try OpenFile(held: copy, path)
  }

  /// Writes bytes over the front of the file, and waits until the device has them. The file is not made
  /// shorter.
  /// - Throws: `write`.
  public borrowing func overwriteFront(with bytes: [UInt8]) throws(HostFault) {
    let number = descriptor.number
    let code = unsafe bytes.withUnsafeBytes {
      unsafe bs_write_at(number, $0.baseAddress, $0.count, 0)
    }
    try code.check("write", path)
  }
}
