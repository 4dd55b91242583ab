internal import DiskImage
internal import Foundation
internal import GRDB

extension Question {
  /// The references of an image, in the order of its header.
  func references(of holder: Int64, in directory: PathBytes) throws -> [ReferenceAnswer] {
    let found = try rows(
      """
      SELECT reference.role, reference.stored, reference.recorded_format, link.state,
        image_state.format AS holder_format
      FROM reference
      LEFT JOIN image_state ON image_state.image = reference.holder
        AND \(Self.holds("image_state"))
      LEFT JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
        AND \(Self.holds("link"))
      WHERE reference.holder = :holder AND \(Self.holds("reference"))
      ORDER BY reference.ordinal
      """, ["holder": holder])
    var references: [ReferenceAnswer] = []
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      var reference = ReferenceAnswer(
        role: role, storedBytes: Array(row["stored"] as Data),
        heldBy: ImageFormat(rawValue: row["holder_format"] ?? "") ?? .raw, in: directory,
        format: row["recorded_format"])
      reference.state = (row["state"] as String?).flatMap(LinkState.init)
      references.append(reference)
    }
    return references
  }

  /// The image under an image, where the link leads to one.
  func base(of image: Int64) throws -> Int64? {
    let found = try rows(
      """
      SELECT target_image FROM link
      WHERE holder = :image AND is_backing AND target_image IS NOT NULL AND \(Self.holds("link"))
      ORDER BY ordinal LIMIT 1
      """, ["image": image])
    return try found.next()?[0]
  }

  /// An image and everything under it, top first; each image once.
  func chain(of top: Int64) throws -> [Int64] {
    var chain: [Int64] = []
    var seen: Set<Int64> = []
    var current: Int64? = top
    while let image = current, seen.insert(image).inserted {
      chain.append(image)
      current = try base(of: image)
    }
    return chain
  }

  /// What refers to images, over any number of links up to a limit; nearest first, then by path.
  func dependents(of bases: [Int64], depthLimit: Int) throws -> [DependentAnswer] {
    var seen = Set(bases)
    var level = bases
    var depth = 0
    var dependents: [DependentAnswer] = []
    while !level.isEmpty, depth < depthLimit {
      depth += 1
      var found: [(id: Int64, answer: DependentAnswer)] = []
      for base in level {
        guard let path = try primaryPlace(of: base) else { continue }
        found += try holders(of: base, at: path, depth: depth) { seen.insert($0).inserted }
      }
      dependents += found.map(\.answer).sorted { $0.sortKey < $1.sortKey }
      level = found.map(\.id).filter { $0 > 0 }
    }
    return dependents
  }

  private func holders(
    of base: Int64, at path: PathBytes, depth: Int, isNew: (Int64) -> Bool
  ) throws -> [(id: Int64, answer: DependentAnswer)] {
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
    var holders: [(id: Int64, answer: DependentAnswer)] = []
    while let row = try found.next() {
      let id: Int64 = row["holder"]
      guard let role = ReferenceRole(rawValue: row["role"]), isNew(id) else { continue }
      let holder: DependentAnswer.Holder
      if let domain = row["domain"] as String? {
        holder = .domain(domain, target: nil)
      } else if let directory = row["path"] as Data? {
        holder = .image(PathBytes(directory: directory, name: row["name"]), id: id)
      } else {
        continue
      }
      let size = (row["actual_size"] as Int64?).map { UInt64(clamping: $0) }
      holders.append(
        (
          id,
          DependentAnswer(
            holder: holder, depth: depth, role: role, upon: path, actualSize: size)
        ))
    }
    return holders
  }
}

extension DependentAnswer {
  fileprivate var sortKey: PathBytes {
    switch holder {
    case .image(let path, _): path
    case .domain(let name, _): PathBytes(name.utf8)
    }
  }
}
