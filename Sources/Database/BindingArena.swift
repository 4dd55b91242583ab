/// Memory for the bytes of values that are bound to a statement until it is run: many rows' worth, used again
/// and again. SQLite's own copies take memory for each value.
@safe final class BindingArena {
  private static let capacity = 32 << 10

  private let start: UnsafeMutableRawPointer
  private var used = 0

  init() { unsafe start = .allocate(byteCount: Self.capacity, alignment: 1) }

  deinit { unsafe start.deallocate() }

  /// Where a copy of the bytes stands until the arena is emptied; `nil` where there is no room.
  func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
    guard let source = bytes.baseAddress, bytes.count <= Self.capacity - used else {
      return nil
    }
    let copy = unsafe start + used
    unsafe copy.copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
    return UnsafeRawPointer(copy)
  }

  /// Makes room; nothing may be bound any more that was kept here.
  func empty() { used = 0 }
}
