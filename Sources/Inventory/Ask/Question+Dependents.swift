internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

extension Question {
  /// What refers to images, over any number of links up to a limit; nearest first, then by path.
  ///
  /// A domain is there once for each of its disks: by the image that the disk itself is, and by
  /// what its XML spells out below only where no such link leads here.
  func dependents(of bases: [Int64], depthLimit: Int) throws -> [DependentAnswer] {
    var search = DependentSearch(bases)
    var level = bases
    var reached = bases.map { (image: $0, depth: 0) }
    while !level.isEmpty {
      search.depth += 1
      var found: [Dependent] = []
      for base in level {
        guard let path = try primaryPlace(of: base) else { continue }
        found += try holders(of: base, at: path, depth: search.depth)
      }
      level = search.take(found)
      reached += level.map { (image: $0, depth: search.depth) }
    }
    try addPossible(to: &search, above: reached)
    return search.answers.filter { $0.depth <= depthLimit }
  }

  private func holders(of base: Int64, at path: PathBytes, depth: Int) throws -> [Dependent] {
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
    var holders: [Dependent] = []
    while let row = try found.next() {
      if let holder = try holder(row, at: path, depth: depth) { holders.append(holder) }
    }
    return holders
  }

  private func holder(_ row: Row, at path: PathBytes, depth: Int) throws -> Dependent? {
    guard let role = ReferenceRole(rawValue: row["role"]) else { return nil }
    let holder: DependentAnswer.Holder
    let use = try (row["detail"] as String?).map(DomainUse.init(json:))
    if let domain = row["domain"] as String? {
      holder = .domain(domain, target: use?.target)
    } else if let directory = row["path"] as Data? {
      holder = .image(PathBytes(directory: directory, name: row["name"]), id: row["holder"])
    } else {
      return nil
    }
    let size = (row["actual_size"] as Int64?).map { UInt64(clamping: $0) }
    return Dependent(
      id: row["holder"], isDirect: use == nil || (role == .disk && use?.level == 0),
      answer: DependentAnswer(
        holder: holder, depth: depth, role: role, upon: path, actualSize: size))
  }
}

// MARK: What broken references may mean

extension Question {
  /// Adds whoever is broken and led before to one of these images, and whatever depends on that.
  private func addPossible(
    to search: inout DependentSearch, above reached: [(image: Int64, depth: Int)]
  ) throws {
    var waiting = reached.map { (image: $0.image, depth: $0.depth, isCertain: true) }
    var known = Set(reached.map(\.image))
    var next = 0
    while next < waiting.count {
      let (image, depth, isCertain) = waiting[next]
      next += 1
      let (former, lost) = try formerHolders(of: image, depth: depth + 1)
      var found = former
      if !isCertain, let path = try lastPlace(of: image) {
        let doubt = "it depends on '\(path)', which may depend on this image"
        found += try holders(of: image, at: path, depth: depth + 1).map { $0.doubted(doubt) }
      }
      for holder in search.take(found) where known.insert(holder).inserted {
        waiting.append((image: holder, depth: depth + 1, isCertain: false))
      }
      for holder in lost where known.insert(holder).inserted {
        waiting.append((image: holder, depth: depth, isCertain: false))
      }
    }
  }

  /// Who led to an image before: those that stand and are broken now, and images that are gone.
  private func formerHolders(
    of base: Int64, depth: Int
  ) throws -> (broken: [Dependent], lost: [Int64]) {
    let found = try rows(
      StatementText.text(PackageResources.ask_former_holders_sql), ["base": base]
    ).map { $0.copy() }.reduceToArray()
    guard !found.isEmpty, let path = try lastPlace(of: base) else { return ([], []) }
    let lost = found.filter { $0["is_lost"] }.map { $0["holder"] as Int64 }
    let broken = try found.filter { !$0["is_lost"] }.compactMap { row -> Dependent? in
      let until: Int64 = row["until_scan"]
      return try holder(row, at: path, depth: depth)?.doubted(
        "its reference is broken now, and led to this image until scan \(until - 1)")
    }
    return (broken, lost)
  }

  /// Where an image stands, or stood last.
  func lastPlace(of image: Int64) throws -> PathBytes? {
    if let place = try primaryPlace(of: image) { return place }
    return try rows(
      """
      SELECT directory.path, place.name FROM place
      JOIN directory ON directory.id = place.directory
      WHERE place.image = :image AND place.until_scan <= (SELECT scan FROM asof)
      ORDER BY place.until_scan DESC, directory.path, place.name LIMIT 1
      """, ["image": image]
    ).map { PathBytes(directory: $0[0], name: $0[1]) }.next()
  }
}

/// Something that refers to an image.
private struct Dependent {
  let id: Int64
  /// An image, or the disk of a domain itself.
  let isDirect: Bool
  var answer: DependentAnswer

  /// The same, with the reason why it is not certain.
  func doubted(_ reason: String) -> Dependent {
    var doubted = self
    doubted.answer.doubt = reason
    return doubted
  }

  /// What is there once: an image, or a domain's disk.
  var key: Key {
    switch answer.holder {
    case .image: Key(id: id, target: nil)
    case .domain(_, let target): Key(id: id, target: target ?? answer.role.rawValue)
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
  private var seen: Set<Dependent.Key>
  private var found: [Dependent] = []
  /// What a domain's XML spells out below its disks, and what only its snapshots hold.
  private var indirect: [Dependent] = []

  init(_ bases: [Int64]) { seen = Set(bases.map { Dependent.Key(id: $0, target: nil) }) }

  /// Takes up a level; the images of the next one are given back.
  mutating func take(_ level: [Dependent]) -> [Int64] {
    indirect += level.filter { !$0.isDirect }
    let new = level.filter { $0.isDirect && seen.insert($0.key).inserted }
    found += new
    return new.map(\.id).filter { $0 > 0 }
  }

  /// Nearest first, then in byte order of paths and names, then of the disks.
  var answers: [DependentAnswer] {
    var seen = seen
    let rest = indirect.filter { seen.insert($0.key).inserted }
    return (found + rest).map(\.answer).sorted {
      ($0.depth, $0.sortKey, $0.sortTarget) < ($1.depth, $1.sortKey, $1.sortTarget)
    }
  }
}

extension DependentAnswer {
  fileprivate var sortKey: PathBytes {
    switch holder {
    case .image(let path, _): path
    case .domain(let name, _): PathBytes(name.utf8)
    }
  }

  fileprivate var sortTarget: String {
    switch holder {
    case .image: ""
    case .domain(_, let target): target ?? ""
    }
  }
}
