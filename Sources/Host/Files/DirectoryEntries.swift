/// The names of one directory, in the order in which the kernel gave them.
///
/// One block of memory holds them all; an entry is a view of it.
public struct DirectoryEntries: RandomAccessCollection, Sendable {
  /// Why the listing ends before the directory does; nil when it is whole.
  public let fault: HostFault?
  /// For each name eight bytes of inode, one of type, the name, a NUL.
  private let arena: [UInt8]
  /// Where each of them begins in the arena.
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
