/// One name of a directory and what it stands for.
public struct DirectoryEntry: DirectoryName {
  /// Bytes before the type.
  private static let inodeLength = MemoryLayout<UInt64>.size

  private let arena: [UInt8]
  private let start: Int
  private let end: Int

  init(arena: [UInt8], start: Int, end: Int) {
    self.arena = arena
    self.start = start
    self.end = end
  }

  /// The name without a terminator, a slice of the listing's memory: any bytes but NUL and slash.
  public var nameBytes: ArraySlice<UInt8> { arena[nameStart..<end] }

  private var nameStart: Int { start + Self.inodeLength + 1 }

  /// The inode number that the directory holds; that of what is mounted there is another.
  public var inode: UInt64 {
    unsafe arena.withUnsafeBytes {
      unsafe $0.loadUnaligned(fromByteOffset: start, as: UInt64.self)
    }
  }

  /// What the name stands for, nil where the file system does not say (then ask for its status).
  public var kind: FileKind? { FileKind(entryType: arena[start + Self.inodeLength]) }

  /// The same as `kind`.
  public var statedKind: FileKind? { kind }

  /// Calls `body` with the name where it lies: nothing is copied.
  @unsafe public func withTerminated(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    unsafe arena.withUnsafeBufferPointer { buffer in
      unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[nameStart...])
        .withMemoryRebound(to: CChar.self) { name in
          guard let first = name.baseAddress else { return 0 }
          return unsafe body(first)
        }
    }
  }
}
