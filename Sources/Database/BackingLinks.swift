package import GRDB

/// Chains as they are now: what lies under each image that has a base. Of an image with several bases the
/// first counts.
package struct BackingLinks {
  /// By the image's number the image under it; 0 where there is none.
  private var bases: [Int64] = []
  /// The places of bases that are not the first reference of their images.
  private var laterPlaces: [Int64: Int64] = [:]

  /// Whether an image has several bases, of which only the first is here.
  package private(set) var hasSeveral = false

  /// No chains yet.
  package init() {}

  /// All chains of a database.
  package init(_ database: Database) throws {
    let links = try RawStatement(
      database,
      sql: """
        SELECT holder, ordinal, target_image FROM link
        WHERE until_scan IS NULL AND is_backing AND holder > 0 AND target_image IS NOT NULL
        """)
    while try links.next(database) {
      note(links.integer(at: 0), at: links.integer(at: 1), on: links.integer(at: 2))
    }
  }

  /// Takes up a link of a chain: the reference of an image in a place among its references.
  package mutating func note(_ holder: Int64, at ordinal: Int64, on base: Int64) {
    guard let index = Int(exactly: holder), index > 0 else { return }
    if index >= bases.count {
      bases.append(contentsOf: repeatElement(0, count: index + 1 - bases.count))
    }
    if bases[index] != 0 { hasSeveral = true }
    guard bases[index] == 0 || ordinal < laterPlaces[holder] ?? 0 else { return }
    bases[index] = base
    if ordinal > 0 || !laterPlaces.isEmpty { laterPlaces[holder] = ordinal > 0 ? ordinal : nil }
  }

  /// The images that have a base, by number.
  package var images: [Int64] { bases.indices.filter { bases[$0] != 0 }.map(Int64.init) }

  /// The image under another; `nil` where there is none, or its link leads to none.
  package func base(of image: Int64) -> Int64? {
    guard let index = Int(exactly: image), bases.indices.contains(index) else { return nil }
    return bases[index] == 0 ? nil : bases[index]
  }

  /// The images that others stand on, and how many do.
  package func overlayCounts() -> [(image: Int64, overlays: Int64)] {
    let highest = bases.max() ?? 0
    var counts = ImageNumbers(count: Int(clamping: highest), highest: highest)
    for base in bases where base != 0 { counts[base] += 1 }
    var found: [(image: Int64, overlays: Int64)] = []
    for base in bases where base != 0 && counts[base] != 0 {
      found.append((base, counts[base]))
      counts[base] = 0
    }
    return found
  }

  /// The longest chain that does not go round, by the image at its top, and how many images it has, up to a limit.
  package func longest(atMost limit: Int64) -> (top: Int64, length: Int64)? {
    // Of an image that is being measured, or whose chain goes round, -1.
    var lengths = [Int32](repeating: 0, count: bases.count)
    var longest: (top: Int64, length: Int64)?
    var path: [Int] = []
    for top in bases.indices where bases[top] != 0 && lengths[top] == 0 {
      var current = top
      while bases.indices.contains(current), bases[current] != 0, lengths[current] == 0 {
        lengths[current] = -1
        path.append(current)
        current = Int(clamping: bases[current])
      }
      let isBase = !bases.indices.contains(current) || bases[current] == 0
      var length = isBase ? 1 : lengths[current]
      while let image = path.popLast() {
        if length > 0 { length = Int32(clamping: min(Int64(length) + 1, limit)) }
        lengths[image] = length
        if length > longest?.length ?? 0 { longest = (Int64(image), Int64(length)) }
      }
    }
    return longest
  }
}
