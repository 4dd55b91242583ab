internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules
internal import Sighting

extension ReadTransaction {
  /// What refers to images, over any number of links up to a limit; nearest first, then by path.
  ///
  /// A domain is there once for each of its disks: by the image that the disk itself is, and by
  /// what its XML spells out below only where no such link leads here.
  func dependents(of bases: DependentBases, depthLimit: Int) throws -> [Dependent] {
    var search = DependentSearch(bases.images)
    var level = bases.images
    var reached = level.map { (image: $0, depth: 0) }
    let named = search.take(try bases.places.flatMap(holders(naming:)))
    while !level.isEmpty || search.depth == 0 {
      search.depth += 1
      var found: [FoundDependent] = []
      for base in level { found += try standingHolders(of: base, depth: search.depth) }
      if search.depth == 1 { found += try sharers(of: level) }
      level = search.take(found)
      if search.depth == 1 { level += named }
      reached += level.map { (image: $0, depth: search.depth) }
    }
    try addPossible(to: &search, above: reached)
    let keepers = try keepers(of: bases.images, and: search.images)
    return (search.answers + keepers).sorted().filter { $0.depth <= depthLimit }
  }

  /// Who keeps these images, or one of those that depend on them.
  private func keepers(
    of bases: [Int64], and dependents: [(id: Int64, answer: Dependent)]
  ) throws -> [Dependent] {
    let words = try keeps()
    guard !words.isEmpty else { return [] }
    func keeper(_ image: Int64, depth: Int, doubt: String?) throws -> Dependent? {
      guard let word = words[image], let path = try lastPlace(of: image) else { return nil }
      return Dependent(
        holder: .person(word.by, reason: word.reason), depth: depth, role: nil, upon: path,
        actualSize: nil, doubt: doubt)
    }
    var seen = Set(bases)
    return try bases.compactMap { try keeper($0, depth: 1, doubt: nil) }
      + dependents.filter { seen.insert($0.id).inserted }.compactMap { id, answer in
        try keeper(id, depth: answer.depth + 1, doubt: answer.doubt)
      }
  }

  /// Who refers to an image, where that stands somewhere. By far the most images have nobody, and their place is not
  /// asked for.
  private func standingHolders(of base: Int64, depth: Int) throws -> [FoundDependent] {
    let isUsed: Bool? = try value(
      "SELECT EXISTS (SELECT 1 FROM link_at AS link WHERE link.target_image = :base)",
      ["base": base])
    guard isUsed == true, let path = try primaryPlace(of: base) else { return [] }
    return try holders(of: base, at: path, depth: depth)
  }

  /// Domains that see the directory of one of these images, or one above it, whole.
  private func sharers(of bases: [Int64]) throws -> [FoundDependent] {
    let shared = try Array(
      rows(
        """
        SELECT shared.holder, reference.role, reference.detail, domain.name AS domain,
          NULL AS actual_size, NULL AS path, CAST(shared.path AS BLOB) AS whole
        FROM whole_directory_at AS shared
        JOIN reference_at AS reference ON reference.holder = shared.holder
          AND reference.ordinal = shared.ordinal
        JOIN domain ON domain.id = shared.holder
        ORDER BY shared.holder, shared.ordinal
        """
      ).map { ($0.copy(), PathBytes($0["whole"] as Data).appending([])) })
    guard !shared.isEmpty else { return [] }
    return try bases.flatMap { base in
      guard let path = try primaryPlace(of: base) else { return [FoundDependent]() }
      let homes = try homes(of: base).map { $0.appending([]).bytes }
      return try shared.filter { whole in homes.contains { $0.starts(with: whole.1.bytes) } }
        .compactMap { try holder($0.0, at: path, depth: 1) }
    }
  }

  /// The directories in which an image stands, as they were walked and where they really are.
  private func homes(of image: Int64) throws -> [PathBytes] {
    try Array(
      rows(
        """
        SELECT directory.path FROM place_at AS place
        JOIN directory ON directory.id = place.directory WHERE place.image = :image
        UNION
        SELECT real.path FROM place_at AS place
        JOIN directory_state_at AS walked ON walked.directory = place.directory
        JOIN directory AS real ON real.id = walked.canonical WHERE place.image = :image
        """, ["image": image]
      ).map { PathBytes($0[0] as Data) })
  }

  private func holders(of base: Int64, at path: PathBytes, depth: Int) throws -> [FoundDependent] {
    let found = try rows(
      """
      SELECT link.holder, reference.role, reference.detail, domain.name AS domain,
        file.actual_size, directory.path, place.name
      FROM link_at AS link
      JOIN reference_at AS reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal
      LEFT JOIN domain ON domain.id = link.holder
      LEFT JOIN file_state_at AS file ON file.image = link.holder
      LEFT JOIN place_at AS place ON place.image = link.holder
      LEFT JOIN directory ON directory.id = place.directory
      WHERE link.target_image = :base
      ORDER BY link.holder, link.ordinal, directory.path, place.name
      """, ["base": base])
    var holders: [FoundDependent] = []
    while let row = try found.next() {
      if let holder = try holder(row, at: path, depth: depth) { holders.append(holder) }
    }
    return holders
  }

  private func holder(_ row: Row, at path: PathBytes, depth: Int) throws -> FoundDependent? {
    guard let role = ReferenceRole(rawValue: row["role"]) else { return nil }
    let holder: Dependent.Holder
    let use = try (row["detail"] as String?).map(DomainUse.init(json:))
    if let domain = row["domain"] as String? {
      holder = .domain(domain, target: use?.target)
    } else if let directory = row["path"] as Data? {
      holder = .image(PathBytes(directory: directory, name: row["name"]), id: row["holder"])
    } else {
      return nil
    }
    let size = (row["actual_size"] as Int64?).map { UInt64(clamping: $0) }
    return FoundDependent(
      id: row["holder"], isDirect: use == nil || (role == .disk && use?.level == 0),
      answer: Dependent(
        holder: holder, depth: depth, role: role, upon: path, actualSize: size))
  }
}

// MARK: What broken references may mean

extension ReadTransaction {
  /// Adds whoever may mean one of these images by a reference that does not lead where it led, and whatever
  /// depends on that.
  private func addPossible(
    to search: inout DependentSearch, above reached: [(image: Int64, depth: Int)]
  ) throws {
    // Where no reference is broken, none of many images is asked about.
    let isAnyWanted: Bool? = try value("SELECT EXISTS (SELECT 1 FROM want_at)")
    guard isAnyWanted == true else { return }
    var waiting = reached.map { PossibleStep(image: $0.image, depth: $0.depth) }
    var known = Set(reached.map(\.image))
    var next = 0
    while next < waiting.count {
      let step = waiting[next]
      next += 1
      guard let path = try step.upon ?? lastPlace(of: step.image) else { continue }
      var found: [FoundDependent] = []
      for claimant in try claimants(of: step.image) {
        guard claimant.isLost else {
          found += try dependents(by: claimant, on: path, step)
          continue
        }
        guard known.insert(claimant.holder).inserted else { continue }
        let lost = try lastPlace(of: claimant.holder)?.displayText ?? "#\(claimant.holder)"
        waiting.append(
          PossibleStep(
            image: claimant.holder, depth: step.depth, upon: path,
            doubt: step.doubt ?? claimant.doubt(lost: "'\(lost)'")))
      }
      if let doubt = step.doubt {
        found += try holders(of: step.image, at: path, depth: step.depth + 1)
          .map { $0.doubted(doubt) }
      }
      for holder in search.take(found) where known.insert(holder).inserted {
        let place = try lastPlace(of: holder)?.displayText ?? "#\(holder)"
        waiting.append(
          PossibleStep(
            image: holder, depth: step.depth + 1,
            doubt: "it depends on '\(place)', which may depend on this image"))
      }
    }
  }

  /// Whose broken reference may mean an image, once for each of its places.
  private func dependents(
    by claimant: Claimant, on path: PathBytes, _ step: PossibleStep
  ) throws -> [FoundDependent] {
    try holders(claimant.holder, by: claimant.ordinal, of: path, depth: step.depth + 1)
      .map { $0.doubted(step.doubt ?? claimant.why) }
  }
}

/// An image on the way up over references that may mean it.
private struct PossibleStep {
  let image: Int64
  let depth: Int
  /// What stands and is depended on, where the image itself is gone.
  var upon: PathBytes?
  /// Why what leads to the image is not certain to depend on what was asked about; `nil` as long as it is.
  var doubt: String?
}

// MARK: What stands nowhere

/// What `dependents` is asked about.
struct DependentBases {
  /// Images, standing or lost.
  var images: [Int64] = []
  /// Paths at which nothing stands.
  var places: [PathBytes] = []
}

extension ReadTransaction {
  /// What is asked about: an image, one that is gone, or a path that references name.
  func bases(_ selectors: [ImageSelector]) throws -> DependentBases {
    var bases = DependentBases()
    for selector in selectors {
      if let standing = try standing(selector) {
        bases.images.append(standing)
        continue
      }
      let lost = try lostImage(selector)
      let place = try lostPlace(selector, lost)
      let isNamed = try place.map { try !namers(of: $0).isEmpty } ?? false
      guard lost != nil || isNamed else { throw try absence(of: selector) }
      if let lost { bases.images.append(lost) }
      if let place { bases.places.append(place) }
    }
    return bases
  }

  /// The number of an image that stands somewhere, or stood.
  func knownNumber(of selector: ImageSelector) throws -> Int64 {
    guard let known = try standing(selector) ?? lostImage(selector) else {
      throw try absence(of: selector)
    }
    return known
  }

  /// The image that is meant and stands nowhere any more: of a path, the last that stood there.
  func lostImage(_ selector: ImageSelector) throws -> Int64? {
    switch selector {
    case .number(let number): return try lastPlace(of: number) == nil ? nil : number
    case .path(let path):
      return try value(
        """
        SELECT place.image FROM directory JOIN place ON place.directory = directory.id
        WHERE directory.path = :directory AND place.name = :name
          AND place.until_scan <= (SELECT scan FROM asof)
          AND NOT EXISTS (SELECT 1 FROM place_at AS now WHERE now.image = place.image)
        ORDER BY place.until_scan DESC LIMIT 1
        """, ["directory": path.directory.databaseValue, "name": Data(path.name)])
    }
  }

  private func lostPlace(_ selector: ImageSelector, _ lost: Int64?) throws -> PathBytes? {
    switch selector {
    case .path(let path): path
    case .number: try lost.flatMap { try lastPlace(of: $0) }
    }
  }

  /// Links that name a path at which no image is known, however they spell its directory.
  private func namers(of path: PathBytes) throws -> [(holder: Int64, ordinal: Int64)] {
    try Array(
      rows(
        """
        SELECT link.holder, link.ordinal FROM link_at AS link
        WHERE link.name = :name AND link.target_image IS NULL AND link.state <> 'ok'
          AND link.directory IN (
            SELECT id FROM directory WHERE path = :directory
            UNION ALL
            SELECT other.directory FROM directory
            JOIN directory_state_at AS way ON way.directory = directory.id
            JOIN directory_state_at AS other ON other.canonical = way.canonical
            WHERE directory.path = :directory)
        ORDER BY link.holder, link.ordinal
        """, ["directory": path.directory.databaseValue, "name": Data(path.name)]
      ).map { ($0[0] as Int64, $0[1] as Int64) })
  }

  /// Who names a path at which nothing stands.
  private func holders(naming path: PathBytes) throws -> [FoundDependent] {
    try namers(of: path).flatMap { try holders($0.holder, by: $0.ordinal, of: path, depth: 1) }
  }

  /// The holder of a reference, once for each of its places.
  private func holders(
    _ holder: Int64, by ordinal: Int64, of path: PathBytes, depth: Int
  ) throws -> [FoundDependent] {
    let found = try Array(
      rows(
        """
        SELECT claimant.holder, coalesce(reference.role, 'backing') AS role, reference.detail,
          domain.name AS domain, file.actual_size, directory.path, place.name
        FROM (SELECT :holder AS holder) AS claimant
        LEFT JOIN reference_at AS reference ON reference.holder = claimant.holder
          AND reference.ordinal = :ordinal
        LEFT JOIN domain ON domain.id = claimant.holder
        LEFT JOIN file_state_at AS file ON file.image = claimant.holder
        LEFT JOIN place_at AS place ON place.image = claimant.holder
        LEFT JOIN directory ON directory.id = place.directory
        ORDER BY directory.path, place.name
        """, ["holder": holder, "ordinal": ordinal]
      ).map { $0.copy() })
    return try found.compactMap { try self.holder($0, at: path, depth: depth) }
  }
}

/// Something that refers to an image.
private struct FoundDependent {
  let id: Int64
  /// An image, or the disk of a domain itself.
  let isDirect: Bool
  var answer: Dependent

  /// The same, with the reason why it is not certain.
  func doubted(_ reason: String) -> FoundDependent {
    var doubted = self
    doubted.answer.doubt = reason
    return doubted
  }

  /// What is there once: an image, or a domain's disk.
  var key: Key {
    switch answer.holder {
    case .image, .person: Key(id: id, target: nil)
    case .domain(_, let target): Key(id: id, target: target ?? answer.via)
    }
  }

  struct Key: Hashable {
    let id: Int64
    let target: String?
  }
}

/// A search upwards, level by level.
private struct DependentSearch {
  var depth = 0
  private var seen: Set<FoundDependent.Key>
  private var found: [FoundDependent] = []
  /// What a domain's XML spells out below its disks, and what only its snapshots hold.
  private var indirect: [FoundDependent] = []

  init(_ bases: [Int64]) { seen = Set(bases.map { FoundDependent.Key(id: $0, target: nil) }) }

  /// Takes up a level; the images of the next one are given back.
  mutating func take(_ level: [FoundDependent]) -> [Int64] {
    indirect += level.filter { !$0.isDirect }
    let new = level.filter { $0.isDirect && seen.insert($0.key).inserted }
    found += new
    return new.map(\.id).filter { $0 > 0 }
  }

  var answers: [Dependent] {
    var seen = seen
    return (found + indirect.filter { seen.insert($0.key).inserted }).map(\.answer)
  }

  /// The images that were found.
  var images: [(id: Int64, answer: Dependent)] {
    found.filter { $0.id > 0 }.map { ($0.id, $0.answer) }
  }
}

extension [Dependent] {
  /// Nearest first, then in byte order of paths and names, then of the disks.
  fileprivate func sorted() -> [Dependent] {
    sorted { ($0.depth, $0.sortKey, $0.sortTarget) < ($1.depth, $1.sortKey, $1.sortTarget) }
  }
}

extension Dependent {
  fileprivate var sortKey: PathBytes {
    switch holder {
    case .image(let path, _): path
    case .domain(let name, _), .person(let name, _): PathBytes(name.utf8)
    }
  }

  fileprivate var sortTarget: String {
    switch holder {
    case .image, .person: ""
    case .domain(_, let target): target ?? ""
    }
  }
}
