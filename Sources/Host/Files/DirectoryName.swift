internal import Glibc

/// A name in a directory, without a slash: a `DirectoryEntry`, or plain bytes.
public protocol DirectoryName: Sendable {
  /// The name, without a terminator.
  var nameBytes: ArraySlice<UInt8> { get }

  /// The kind that the listing stated for it; nil where none did.
  var statedKind: FileKind? { get }

  /// Calls `body` with the name and a NUL after it.
  /// - Returns: what `body` returned, or a negative error number when this cannot be a name.
  @unsafe func withTerminated(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32
}

extension ArraySlice: DirectoryName where Element == UInt8 {
  /// The bytes themselves.
  public var nameBytes: ArraySlice<UInt8> { self }

  /// Nil.
  public var statedKind: FileKind? { nil }

  /// Calls `body` with a terminated copy; a slash in a name is invalid.
  @unsafe public func withTerminated(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    guard !contains(UInt8(ascii: "/")) else { return -EINVAL }
    return unsafe TerminatedName.with(self, body)
  }
}

extension Array: DirectoryName where Element == UInt8 {
  /// The bytes themselves.
  public var nameBytes: ArraySlice<UInt8> { self[...] }

  /// Nil.
  public var statedKind: FileKind? { nil }

  /// Calls `body` with a terminated copy; a slash in a name is invalid.
  @unsafe public func withTerminated(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    unsafe self[...].withTerminated(body)
  }
}
