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
    while !level.isEmpty {
      search.depth += 1
      var found: [Dependent] = []
      for base in level {
        guard let path = try primaryPlace(of: base) else { continue }
        found += try holders(of: base, at: path, depth: search.depth)
      }
      level = search.take(found)
    }
    return search.answers.filter { $0.depth <= depthLimit }
  }

  private func holders(of base: Int64, at path: PathBytes, depth: Int) throws -> [Dependent] {
    let found = try rows(
      """
      SELECT link.holder, reference.role, reference.detail, domain.name AS domain,
        file.actual_size, directory.path, place.name
      FROM link
      JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
        AND \(Self.holds("reference"))
      LEFT JOIN domain ON domain.id = link.holder
      LEFT JOIN file_state AS file ON file.image = link.holder AND \(Self.holds("file"))
      LEFT JOIN place ON place.image = link.holder AND \(Self.holds("place"))
      LEFT JOIN directory ON directory.id = place.directory
      WHERE link.target_image = :base AND \(Self.holds("link"))
      ORDER BY link.holder, link.ordinal, directory.path, place.name
      """, ["base": base])
    var holders: [Dependent] = []
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      let holder: DependentAnswer.Holder
      let use = try (row["detail"] as String?).map(DomainUse.init(json:))
      if let domain = row["domain"] as String? {
        holder = .domain(domain, target: use?.target)
      } else if let directory = row["path"] as Data? {
        holder = .image(PathBytes(directory: directory, name: row["name"]), id: row["holder"])
      } else {
        continue
      }
      let size = (row["actual_size"] as Int64?).map { UInt64(clamping: $0) }
      holders.append(
        Dependent(
          id: row["holder"], isDirect: use == nil || (role == .disk && use?.level == 0),
          answer: DependentAnswer(
            holder: holder, depth: depth, role: role, upon: path, actualSize: size)))
    }
    return holders
  }
}

/// Something that refers to an image.
private struct Dependent {
  let id: Int64
  /// An image, or the disk of a domain itself.
  let isDirect: Bool
  let answer: DependentAnswer

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
