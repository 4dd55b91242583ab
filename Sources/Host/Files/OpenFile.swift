internal import CLinux
public import DiskImage
internal import Glibc
public import Model

/// One file, opened for reading only, closed exactly once.
///
/// Opening waits for nothing and changes nothing: no FIFO is waited for, no device but a block device
/// that was asked for is opened, the access time stays where the owner allows it.
public struct OpenFile: ~Copyable, ByteSource, Sendable {
  /// The path under which it was opened; used in faults, never looked up again.
  public var path: PathBytes { place.path }
  /// The status right after the file was opened.
  public let openedStatus: FileStatus
  /// The length in bytes when the file was opened; of a block device, the device's.
  public let byteCount: UInt64
  let descriptor: Descriptor
  private let place: Place

  /// A path that is put together only when somebody asks for it.
  private struct Place: Sendable {
    var directory: PathBytes?
    var name: ArraySlice<UInt8>
    var path: PathBytes { directory.map { Directory.join($0, name) } ?? PathBytes(name) }
  }

  /// Opens `name` in `directory`, never through a symbolic link.
  /// - Throws: `open`; what is not a regular file (or block device, when allowed) is refused with
  ///   `isNotRegular`.
  public init(
    opening name: some DirectoryName, in directory: Directory, allowingBlockDevice: Bool = false
  ) throws(HostFault) {
    let place = Place(directory: directory.path, name: name.nameBytes)
    let descriptor = try Self.open(name, directory, place, allowingBlockDevice)
    try self.init(descriptor, place, allowingBlockDevice)
  }

  /// Opens the regular file `name` in `directory`, and reads its first `count` bytes into `head` before it
  /// asks for the status: a file that is older by then than the moment before this call has not been written
  /// to since they were read.
  /// - Throws: as above, and `read`.
  public init(
    opening name: some DirectoryName, in directory: Directory, reading count: Int,
    into head: inout [UInt8]
  ) throws(HostFault) {
    let place = Place(directory: directory.path, name: name.nameBytes)
    let descriptor = try Self.open(name, directory, place, false)
    do {
      try Self.read(min(count, Int(Self.mostBytes)), at: 0, of: descriptor, into: &head)
    } catch {
      throw HostFault(operation: "read", path: place.path, code: error.code)
    }
    try self.init(descriptor, place, false)
  }

  /// Opens the file at `path`, through symbolic links.
  /// - Throws: as above.
  public init(opening path: PathBytes, allowingBlockDevice: Bool = false) throws(HostFault) {
    let found = try FileStatus(ofPath: path, followingLink: true, operation: "open")
    let place = Place(directory: nil, name: path.bytes[...])
    guard Self.accepts(found, allowingBlockDevice) else { throw Self.refusal(place) }
    let descriptor = try Self.descriptor(Opening.followingLink.open(path.bytes), place)
    try self.init(descriptor, place, allowingBlockDevice)
  }

  /// Reads a file that is open already.
  init(held descriptor: consuming Descriptor, _ path: PathBytes) throws(HostFault) {
    try self.init(descriptor, Place(directory: nil, name: path.bytes[...]), false)
  }

  private init(
    _ descriptor: consuming Descriptor, _ place: Place, _ allowingBlockDevice: Bool
  ) throws(HostFault) {
    let status = try descriptor.status(place.path)
    guard Self.accepts(status, allowingBlockDevice) else { throw Self.refusal(place) }
    let end = status.kind == .blockDevice ? bs_end(descriptor.number) : 0
    byteCount = status.kind == .blockDevice ? UInt64(max(0, end)) : status.size
    self.place = place
    self.descriptor = descriptor
    openedStatus = status
  }

  private static func open(
    _ name: some DirectoryName, _ directory: Directory, _ place: Place,
    _ allowingBlockDevice: Bool
  ) throws(HostFault) -> Descriptor {
    // What the listing did not call regular is looked at first: opening some devices acts.
    if name.statedKind != .regular {
      let found = try directory.status(of: name)
      guard accepts(found, allowingBlockDevice) else { throw refusal(place) }
    }
    return try descriptor(Opening().open(name, in: directory.descriptor.number), place)
  }

  private static func descriptor(
    _ result: Int32, _ place: Place
  ) throws(HostFault) -> Descriptor {
    if result < 0 { throw HostFault(operation: "open", path: place.path, code: -result) }
    return Descriptor(open: result)
  }

  private static func accepts(_ status: FileStatus, _ allowingBlockDevice: Bool) -> Bool {
    status.kind == .regular || (allowingBlockDevice && status.kind == .blockDevice)
  }

  private static func refusal(_ place: Place) -> HostFault {
    HostFault(operation: "open", path: place.path, code: HostFault.notRegular)
  }

  /// The status as it is now.
  public borrowing func status() throws(HostFault) -> FileStatus { try descriptor.status(path) }

  /// Bytes that one call may ask for: 1 GiB, far above any header.
  private static let mostBytes: UInt64 = 1 << 30

  /// Up to `count` bytes from `offset`; fewer only at the end, where it was when the file was
  /// opened, or at a nearer end if the file has become shorter.
  /// - Throws: the system's error, or `ENOMEM` for more than 1 GiB.
  public borrowing func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    guard count > 0, offset < byteCount, let position = Int64(exactly: offset) else { return [] }
    let wanted = min(UInt64(count), byteCount - offset)
    guard wanted <= Self.mostBytes else { throw ReadFault(code: ENOMEM) }
    let number = descriptor.number
    var result: Int64 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(wanted)) { buffer, filled in
      unsafe result = bs_read(number, buffer.baseAddress, Int(wanted), position)
      filled = max(0, Int(result))
    }
    guard result >= 0 else { throw ReadFault(code: Int32(truncatingIfNeeded: -result)) }
    return bytes
  }

  /// Up to `count` bytes from `offset`, as `bytes(at:count:)` gives them, in an array that has been used for
  /// others: the memory of a fresh one costs as much as a call of the system.
  public borrowing func read(
    _ count: Int, at offset: UInt64 = 0, into bytes: inout [UInt8]
  ) throws(ReadFault) {
    guard offset < byteCount, let position = Int64(exactly: offset) else {
      return bytes.removeAll(keepingCapacity: true)
    }
    let wanted = min(UInt64(max(0, count)), byteCount - offset, Self.mostBytes)
    try Self.read(Int(wanted), at: position, of: descriptor, into: &bytes)
  }

  private static func read(
    _ count: Int, at position: Int64, of descriptor: borrowing Descriptor,
    into bytes: inout [UInt8]
  ) throws(ReadFault) {
    guard count > 0 else { return bytes.removeAll(keepingCapacity: true) }
    if bytes.count != count { bytes = Array(repeating: 0, count: count) }
    let number = descriptor.number
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe bs_read(number, buffer.baseAddress, count, position)
    }
    guard result >= 0 else { throw ReadFault(code: Int32(truncatingIfNeeded: -result)) }
    if result < count { bytes.removeLast(count - Int(result)) }
  }
}
