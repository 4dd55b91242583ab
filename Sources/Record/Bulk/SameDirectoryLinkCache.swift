internal import Model

/// The links of a first scan that lead to a file beside the image that holds them, as most do: known as soon as
/// both have been seen, without asking the database for the other.
///
/// Used by one thread. What is forgotten, for want of room or because the file never came, is left to be
/// looked for like any other link. Room is made before anything is kept, whatever comes: one image may hold
/// more links than there is room for.
struct SameDirectoryLinkCache {
  /// A link, and the place to which it leads.
  struct Link {
    let holder: Int64
    let ordinal: Int64
    let isBacking: Bool
    let place: Place
  }

  /// A name in a directory, by the directory's number.
  struct Place: Equatable {
    let directory: Int64
    let name: ArraySlice<UInt8>

    fileprivate var digest: UInt64 {
      var digest = ContentDigest()
      digest.combine(UInt64(bitPattern: directory))
      digest.combine(name)
      return UInt64(bitPattern: digest.value)
    }
  }

  /// What is known of a place: the image that was seen there, or the last of the links that wait for one.
  private struct Known {
    let digest: UInt64
    let place: Place
    var image: Int64?
    var waiting: Int?
  }

  /// Places that are kept at once: about what fits into the part of a processor's cache that is its own. With four
  /// times as many a first scan takes a twentieth longer, also of one directory with 100,000 images.
  private static let limit = 1 << 12
  /// A power of two, so that a digest's last bits are a slot.
  private static let slotCount = 2 * limit

  private var known: [Known] = []
  /// For each slot 0, or one more than the position of what is known.
  private var slots: [Int32] = Array(repeating: 0, count: slotCount)
  /// Links that wait, each with the one before it that waits for the same place.
  private var links: [(link: Link, before: Int?)] = []

  /// Keeps an image that was seen at a place, and calls `body` with each link that waited for it; `leave`
  /// with those that are forgotten to make room.
  mutating func note(
    _ image: Int64, at place: Place, leaving leave: (Link) throws -> Void,
    _ body: (Link) throws -> Void
  ) rethrows {
    try makeRoom(leaving: leave)
    let index = position(of: place)
    known[index].image = image
    var next = known[index].waiting
    known[index].waiting = nil
    while let waiting = next {
      try body(links[waiting].link)
      next = links[waiting].before
    }
  }

  /// The image to which a link leads; where it was not seen yet, the link is kept and waits for it, and
  /// `leave` is called with those that are forgotten to make room.
  mutating func target(
    of link: Link, leaving leave: (Link) throws -> Void
  ) rethrows -> Int64? {
    try makeRoom(leaving: leave)
    let index = position(of: link.place)
    if let image = known[index].image { return image }
    links.append((link, known[index].waiting))
    known[index].waiting = links.count - 1
    return nil
  }

  private mutating func makeRoom(leaving leave: (Link) throws -> Void) rethrows {
    if known.count >= Self.limit || links.count >= Self.limit { try forget(leave) }
  }

  /// Forgets everything, and calls `body` with each link that waits.
  mutating func forget(_ body: (Link) throws -> Void) rethrows {
    for index in known.indices {
      var next = known[index].waiting
      while let waiting = next {
        try body(links[waiting].link)
        next = links[waiting].before
      }
    }
    known.removeAll(keepingCapacity: true)
    links.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = 0 }
  }

  /// Where a place stands in `known`, put there if it is new. There is a free slot: room was made, and
  /// half of them are.
  private mutating func position(of place: Place) -> Int {
    let digest = place.digest
    var slot = Int(truncatingIfNeeded: digest) & (Self.slotCount - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if known[index].digest == digest, known[index].place == place { return index }
      slot = (slot + 1) & (Self.slotCount - 1)
    }
    known.append(Known(digest: digest, place: place))
    slots[slot] = Int32(known.count)
    return known.count - 1
  }
}
