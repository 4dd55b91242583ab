/// A number for each of many images: a flat array where most of them have one, because a dictionary
/// of a million takes 40 MB, and a dictionary where few do.
package struct ImageNumbers {
  @usableFromInline var dense: [Int64] = []
  @usableFromInline var sparse: [Int64: Int64] = [:]

  /// Numbers for up to `count` images, none of which is above `highest`.
  package init(count: Int, highest: Int64) {
    guard highest > 0, let room = Int(exactly: highest), room / 4 <= count else { return }
    dense = Array(repeating: 0, count: room + 1)
  }

  /// The number of an image; 0 is none. Inlined in other rooms: it is asked for every image of every chain.
  @inlinable
  package subscript(image: Int64) -> Int64 {
    get {
      if let index = position(image) { return dense[index] }
      return sparse[image] ?? 0
    }
    set {
      if let index = position(image) {
        dense[index] = newValue
      } else {
        sparse[image] = newValue == 0 ? nil : newValue
      }
    }
  }

  @inlinable
  func position(_ image: Int64) -> Int? {
    guard let index = Int(exactly: image), dense.indices.contains(index) else { return nil }
    return index
  }
}
