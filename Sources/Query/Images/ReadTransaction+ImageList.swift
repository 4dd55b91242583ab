internal import Database
internal import Foundation
internal import GRDB
internal import Model

extension ReadTransaction {
  /// All images in the order of directories and names, or those of a format.
  func forEachImage(
    format: String? = nil, pool: String?, includingOther: Bool,
    _ body: (Image) throws -> Void
  ) throws {
    if let format, try isWithout(format, includingOther: includingOther) { return }
    let (directories, runs) = try standingDirectories(of: pool)
    var list = try ImageList(
      several: imagesOfSeveralPlaces(), directories: directories, details: DetailCache(database))
    var waiting: ArraySlice<Image> = []
    if let pool {
      waiting = try strangers(in: pool, format: format, includingOther: includingOther)[...]
    }
    func tell(_ image: Image) throws {
      while let next = waiting.first, next.isListed(before: image) {
        try body(next)
        waiting.removeFirst()
      }
      try body(image)
    }
    for run in runs {
      let found = try rows(
        Self.placesOfRun,
        [
          "host": run.host, "first": run.first, "last": run.last, "other": includingOther,
          "format": format,
        ])
      while let row = try found.next() { try add(row, to: &list, tell) }
    }
    for image in waiting { try body(image) }
  }

  /// Images with a name in a pool whose first name stands in another, in the order of the list.
  private func strangers(
    in pool: String, format: String?, includingOther: Bool
  ) throws -> [Image] {
    let numbers = try Array(
      rows(
        """
        SELECT DISTINCT place.image FROM place_at AS place
        JOIN directory_state_at AS standing ON standing.directory = place.directory
        JOIN pool_at AS pool ON pool.id = standing.pool
        WHERE pool.name = :pool AND place.image IN (
          SELECT image FROM place_at GROUP BY image HAVING count(*) > 1)
        """, ["pool": pool]
      ).map { $0[0] as Int64 })
    var details = DetailCache(database)
    return try numbers.compactMap { number in
      guard let image = try image(number, &details, includingOther: includingOther),
        image.pool != pool, format == nil || image.format == format
      else { return nil }
      return image
    }.sorted { $0.isListed(before: $1) }
  }

  /// By the key of the directories and by that of the places; without the host SQLite would sort, in temporary files
  /// where there are many.
  private static let placesOfRun =
    imagePlaces + """
       JOIN directory ON directory.id = place.directory
       WHERE directory.host = :host AND directory.path BETWEEN :first AND :last
        AND (:other OR state.kind = 'image') AND (:format IS NULL OR state.format = :format)
      ORDER BY directory.path, place.name
      """

  /// What is kept while images are listed.
  private struct ImageList {
    let several: Set<Int64>
    let directories: [Int64: StandingDirectory]
    var details: DetailCache
    /// What was found at the first row of an image: one with many names is looked up once.
    var firstPlaces: [Int64: PathBytes] = [:]
  }

  /// Directories that follow one another and are of one host: one statement finds their images.
  private struct DirectoryRun {
    let host: Int64
    let first: Data
    var last: Data
  }

  /// The directories as of this scan, or those of a pool, by their numbers, and in their order in as few runs as there
  /// can be.
  private func standingDirectories(
    of wanted: String?
  ) throws -> (directories: [Int64: StandingDirectory], runs: [DirectoryRun]) {
    let found = try rows(
      """
      SELECT directory.id, directory.host, directory.path, pool.name FROM directory
      LEFT JOIN directory_state_at AS standing ON standing.directory = directory.id
      LEFT JOIN pool_at AS pool ON pool.id = standing.pool
      ORDER BY directory.path, directory.id
      """)
    var directories: [Int64: StandingDirectory] = [:]
    var runs: [DirectoryRun] = []
    var isOpen = false
    while let row = try found.next() {
      let path: Data = row[2]
      let pool: String? = row[3]
      guard wanted == nil || pool == wanted else {
        isOpen = false
        continue
      }
      directories[row[0]] = StandingDirectory(path: PathBytes(path), pool: pool)
      if isOpen, let last = runs.indices.last, runs[last].host == row[1] {
        runs[last].last = path
      } else {
        runs.append(DirectoryRun(host: row[1], first: path, last: path))
        isOpen = true
      }
    }
    return (directories, runs)
  }

  /// Lists an image at the first of its places, and at no other.
  private func add(_ row: Row, to list: inout ImageList, _ body: (Image) throws -> Void) throws {
    guard let directory = list.directories[row[.directory]] else { return }
    let id: Int64 = row[.image]
    let filename = directory.path(of: row)
    guard list.several.contains(id) else {
      return try body(answer(row, at: filename, in: directory, &list.details))
    }
    if let first = list.firstPlaces[id], first != filename { return }
    let places = try places(of: id)
    list.firstPlaces[id] = places.first
    if places.first != filename { return }
    var image = try answer(row, at: filename, in: directory, &list.details)
    image.otherNames = Array(places.dropFirst())
    image.otherPools = try otherPools(of: id, but: image.pool)
    try body(image)
  }

  /// The pools in which an image has names, but one.
  private func otherPools(of id: Int64, but home: String?) throws -> [String] {
    try Array(
      rows(
        """
        SELECT DISTINCT pool.name FROM place_at AS place
        JOIN directory_state_at AS standing ON standing.directory = place.directory
        JOIN pool_at AS pool ON pool.id = standing.pool
        WHERE place.image = :image AND pool.name IS NOT :home ORDER BY pool.name
        """, ["image": id, "home": home]
      ).map { $0[0] as String })
  }

  /// Whether the scan kept count of its images, and none is of the format.
  private func isWithout(_ format: String, includingOther: Bool) throws -> Bool {
    guard !includingOther, try isCounted() else { return false }
    return try value(
      "SELECT NOT EXISTS (SELECT 1 FROM holding_at WHERE format = :format)", ["format": format])
      ?? false
  }

  private func imagesOfSeveralPlaces() throws -> Set<Int64> {
    try Set(
      rows("SELECT image FROM place_at GROUP BY image HAVING count(*) > 1").map { $0[0] as Int64 })
  }
}

extension Image {
  /// By the directory, then by the name.
  fileprivate func isListed(before other: Image) -> Bool {
    let (own, others) = (filename.directory, other.filename.directory)
    return own == others ? filename < other.filename : own < others
  }
}
