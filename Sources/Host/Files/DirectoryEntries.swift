/// The names of one directory, in the order in which the kernel gave them.
///
/// One block of memory holds them all; an entry is a view of it.
public struct DirectoryEntries: RandomAccessCollection, Sendable {
  /// Why the listing ends before the directory does; nil when it is whole.
  public let fault: HostFault?
  /// For each name one byte of type, the name, a NUL.
  private let arena: [UInt8]
  /// Where the type byte of each name lies in the arena.
  private let starts: [Int]

  init(arena: [UInt8], starts: [Int], fault: HostFault?) {
    self.arena = arena
    self.starts = starts
    self.fault = fault
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// How many names there are.
  public var endIndex: Int { starts.count }

  /// The entry at `position`.
  public subscript(position: Int) -> DirectoryEntry {
    let start = starts[position]
    let next = position + 1 < starts.count ? starts[position + 1] : arena.count
    return DirectoryEntry(arena: arena, start: start, end: next - 1)
  }
}

/// One name of a directory and what it stands for.
public struct DirectoryEntry: DirectoryName {
  private let arena: [UInt8]
  private let start: Int
  private let end: Int

  init(arena: [UInt8], start: Int, end: Int) {
    self.arena = arena
    self.start = start
    self.end = end
  }

  /// The name without a terminator, a slice of the listing's memory: any bytes but NUL and slash.
  public var nameBytes: ArraySlice<UInt8> { arena[(start + 1)..<end] }

  /// What the name stands for, nil where the file system does not say (then ask for its status).
  public var kind: FileKind? { FileKind(entryType: arena[start]) }

  /// Calls `body` with the name where it lies: nothing is copied.
  @unsafe public func withTerminated(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
    unsafe arena.withUnsafeBufferPointer { buffer in
      unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[(start + 1)...])
        .withMemoryRebound(to: CChar.self) { name in
          guard let first = name.baseAddress else { return 0 }
          return unsafe body(first)
        }
    }
  }
}
