internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules
internal import Sighting

extension ReadTransaction {
  /// A reference with a finding, where it led before, and what it said of that.
  func faultyLink(
    holder: Int64, ordinal: Int64, _ finding: Finding
  ) throws -> FaultyLink? {
    let values: [String: (any DatabaseValueConvertible)?] = ["holder": holder, "ordinal": ordinal]
    let found = try rows(
      """
      SELECT reference.role, reference.stored, reference.recorded_format,
        link.state, link.target_image, image_state.format
      FROM reference_at AS reference
      JOIN link_at AS link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
      LEFT JOIN image_state_at AS image_state ON image_state.image = reference.holder
      WHERE reference.holder = :holder AND reference.ordinal = :ordinal
      """, values)
    guard let row = try found.next(), let role = ReferenceRole(rawValue: row["role"]),
      let state = LinkState(rawValue: row["state"]), let place = try primaryPlace(of: holder)
    else { return nil }
    let stored = Array(row["stored"] as Data)
    let format = ImageFormat(rawValue: row["format"] ?? "") ?? .raw
    var target = ReferenceTarget(
      parsing: stored, as: role, heldBy: format, in: place.directory.bytes)
    // Of several names of a parent the stored one need not be the one that was looked for.
    if role == .backing, format == .vpc || format == .vhdx, let path = finding.reference?.target {
      target = ReferenceTarget(type: .file)
      target.path = path.bytes
    }
    var link = FaultyLink(
      findings: [finding], holder: holder, role: role, stored: stored, target: target,
      recordedFormat: row["recorded_format"], state: state, image: row["target_image"])
    link.former = try formerTarget(values, unless: link.image, finding.cause)
    link.earlierFormats = try earlierFormats(values)
    link.way = try way(values)
    return link
  }

  /// The directory that a reference names, and where that was when it led to an image last.
  private func way(_ values: [String: (any DatabaseValueConvertible)?]) throws -> DirectoryWay? {
    let found = try rows(
      """
      SELECT named.path, real.path FROM link
      CROSS JOIN directory AS named ON named.id = link.directory
      CROSS JOIN directory_state AS state ON state.directory = link.directory
        AND state.from_scan <= coalesce(link.until_scan - 1, (SELECT scan FROM asof))
        AND (state.until_scan IS NULL
          OR state.until_scan > coalesce(link.until_scan - 1, (SELECT scan FROM asof)))
      CROSS JOIN directory AS real ON real.id = state.canonical AND real.id <> named.id
      WHERE link.holder = :holder AND link.ordinal = :ordinal AND link.target_image IS NOT NULL
        AND link.from_scan <= (SELECT scan FROM asof)
      ORDER BY link.from_scan DESC LIMIT 1
      """, values)
    return try found.next().map {
      DirectoryWay(named: PathBytes($0[0] as Data), real: PathBytes($0[1] as Data))
    }
  }

  /// Bytes that a descriptor gives its extents, by their names; one that it names twice is left out.
  func extentSizes(of holder: Int64) throws -> [String: UInt64] {
    var details = DetailCache(database)
    let facts = try image(holder, &details)?.formatSpecific
    guard case .list(let extents)? = facts?.value(of: "data")?.value(of: "extents") else {
      return [:]
    }
    var sizes: [String: UInt64?] = [:]
    for extent in extents {
      guard case .text(let path)? = extent.value(of: "filename"),
        case .number(let size)? = extent.value(of: "virtual-size")
      else { continue }
      let name = String(decoding: PathBytes(path).name, as: UTF8.self)
      sizes[name] = .some(sizes[name] == nil ? size : nil)
    }
    return sizes.compactMapValues(\.self)
  }

  /// Where a reference led last, before it led where it leads now; or what the cause names, where that is another
  /// image: one that stood where the reference leads, or to which it led when it said the same before.
  private func formerTarget(
    _ values: [String: (any DatabaseValueConvertible)?], unless present: Int64?,
    _ cause: FindingCause?
  ) throws -> FormerTarget? {
    let found = try rows(
      """
      SELECT link.target_image, link.until_scan - 1 AS last_seen FROM link
      WHERE link.holder = :holder AND link.ordinal = :ordinal AND link.target_image <> link.holder
        AND link.until_scan <= (SELECT scan FROM asof)
      ORDER BY link.from_scan DESC LIMIT 1
      """, values)
    let last = try found.next().map { (image: $0[0] as Int64, lastSeen: $0[1] as Int64) }
    if let cause, let named = cause.image, named != last?.image,
      let until = try cause.stoodUntil ?? lastSeen(leadingTo: named, values)
    {
      var former = try formerTarget(named, lastSeen: until, values)
      former?.places = cause.nowAt
      // What the overlay was made on is known by more than its name.
      if try foundation(values)?.image == named { return former }
      former?.content = nil
      former?.sampleMadeOn = nil
      former?.isSpoilt = false
      former?.madeOn = last?.image
      former?.isOnlyNamed = true
      return former
    }
    guard let last, last.image != present else { return nil }
    var former = try formerTarget(last.image, lastSeen: last.lastSeen, values)
    if let cause, cause.image == last.image { former?.places = cause.nowAt }
    former?.followsAnother = try saidOther(than: last.image, values)
    return former
  }

  /// Whether a reference said something before that led to no image, or to none that held what another holds.
  private func saidOther(
    than image: Int64, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> Bool {
    let found = try rows(
      """
      SELECT DISTINCT earlier.stored, link.target_image, image.content
      FROM reference_at AS now
      JOIN reference AS earlier ON earlier.holder = now.holder AND earlier.ordinal = now.ordinal
        AND earlier.until_scan <= now.from_scan AND earlier.stored <> now.stored
      LEFT JOIN link ON link.holder = earlier.holder AND link.ordinal = earlier.ordinal
        AND link.target_image IS NOT NULL AND link.from_scan < earlier.until_scan
        AND (link.until_scan IS NULL OR link.until_scan > earlier.from_scan)
      LEFT JOIN image ON image.id = link.target_image
      WHERE now.holder = :holder AND now.ordinal = :ordinal
      """, values)
    let held = try content(of: image)
    var isKnown: [Data: Bool] = [:]
    while let row = try found.next() {
      let then = try Content(row[2] as Int64?, database)
      let isSame =
        row[1] as Int64? == image || held.flatMap { then?.isSame(as: $0) } == true
      isKnown[row[0], default: false] = isKnown[row[0], default: false] || isSame
    }
    return isKnown.values.contains(false)
  }

  private func content(of image: Int64) throws -> Content? {
    try Content(value("SELECT content FROM image WHERE id = :image", ["image": image]), database)
  }

  /// The last scan in which a reference led to an image.
  private func lastSeen(
    leadingTo image: Int64, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> Int64? {
    try value(
      """
      SELECT max(until_scan) - 1 FROM link
      WHERE holder = :holder AND ordinal = :ordinal AND target_image = :image
        AND until_scan <= (SELECT scan FROM asof)
      """, values.merging(["image": image]) { _, last in last })
  }

  private func formerTarget(
    _ image: Int64, lastSeen: Int64, _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> FormerTarget? {
    let then = asked(at: lastSeen)
    let states = try then.rows(
      """
      SELECT image_state.format, image_state.virtual_size, file_state.modified,
        file_state.file_size
      FROM image_state_at AS image_state
      JOIN file_state_at AS file_state ON file_state.image = image_state.image
      WHERE image_state.image = :image
      """, ["image": image])
    guard let state = try states.next() else { return nil }
    let made = try foundation(values)
    var former = FormerTarget(
      image: image, lastSeen: point(lastSeen), format: state[0],
      virtualSize: (state[1] as Int64?).map { UInt64(clamping: $0) }, modified: state[2],
      fileSize: UInt64(clamping: state[3] as Int64), content: try Content(made?.content, database),
      places: try places(of: image))
    former.sampleMadeOn = made?.sample
    former.isSpoilt = try made?.sample != nil && made?.sample != sample(of: image)
    return former
  }

  /// What an overlay was made on, where it no longer stands on it.
  private func foundation(
    _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> (image: Int64, content: Int64?, sample: Int64?)? {
    let found = try rows(
      """
      SELECT image, content, sample FROM foundation_at
      WHERE holder = :holder AND ordinal = :ordinal
      """, values)
    return try found.next().map { (image: $0[0], content: $0[1], sample: $0[2]) }
  }

  /// What the holder recorded earlier, by the image that the reference led to then.
  private func earlierFormats(
    _ values: [String: (any DatabaseValueConvertible)?]
  ) throws -> [Int64: FormatClaim] {
    let found = try rows(
      """
      SELECT link.target_image,
        coalesce(reference.recorded_format, reference.format_in_reference) AS format,
        min(reference.until_scan - 1, coalesce(link.until_scan - 1, reference.until_scan - 1))
          AS last_seen
      FROM reference
      JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
        AND link.from_scan < reference.until_scan
        AND (link.until_scan IS NULL OR link.until_scan > reference.from_scan)
      WHERE reference.holder = :holder AND reference.ordinal = :ordinal
        AND reference.until_scan <= (SELECT scan FROM asof)
        AND link.target_image IS NOT NULL AND format IS NOT NULL
      ORDER BY reference.from_scan, link.from_scan
      """, values)
    var claims: [Int64: FormatClaim] = [:]
    while let row = try found.next() {
      claims[row[0]] = FormatClaim(format: row[1], source: .earlier(point(row[2])))
    }
    return claims
  }

  /// An image as a repair needs to know it; `nil` where its header was never read.
  func knownImage(_ id: Int64, _ details: inout DetailCache) throws -> KnownImage? {
    let found = try rows(
      """
      SELECT state.format, state.virtual_size, state.cluster_size, state.fault,
        image.birth_time, image.inode, filesystem.identity, state.content IS 'vpc-fixed'
      FROM image JOIN image_state AS state ON state.image = image.id
        JOIN filesystem ON filesystem.id = image.filesystem
      WHERE image.id = :image AND state.from_scan <= (SELECT scan FROM asof)
      ORDER BY state.from_scan DESC LIMIT 1
      """, ["image": id])
    guard let row = try found.next() else { return nil }
    let kinds = try Array(
      rows("SELECT kind FROM finding_at WHERE holder = :image", ["image": id])
        .map { FindingKind(rawValue: $0[0]) })
    return try KnownImage(
      id: id,
      file: FileMark(filesystem: row[6], inode: UInt64(bitPattern: row[5] as Int64)),
      places: places(of: id), format: row[0], isFixedVHD: row[7],
      virtualSize: (row[1] as Int64?).map { UInt64(clamping: $0) },
      clusterSize: (row[2] as Int64?).map { UInt64(clamping: $0) }, fault: row[3],
      isInUse: image(id, &details)?.isInUse ?? false, born: row[4],
      findings: Set(kinds), claims: claims(on: id),
      base: base(namedBy: id))
  }

  private func base(namedBy image: Int64) throws -> KnownBase? {
    let found = try rows(
      """
      SELECT link.target_image, link.state,
        coalesce(reference.recorded_format, reference.format_in_reference) AS format
      FROM link_at AS link JOIN reference_at AS reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal
      WHERE link.holder = :image AND link.is_backing
      ORDER BY link.ordinal LIMIT 1
      """, ["image": image])
    guard let row = try found.next() else { return nil }
    return KnownBase(
      image: row[0], recordedFormat: row[2], state: LinkState(rawValue: row[1]) ?? .unknown)
  }

  /// Who records the format of an image: whoever's reference leads to it, or led to it when it said
  /// what it says now.
  private func claims(on image: Int64) throws -> [FormatClaim] {
    try Array(
      rows(
        """
        SELECT coalesce(reference.recorded_format, reference.format_in_reference) AS format,
          link.holder < 0 AS is_domain, min(link.holder) AS holder,
          count(DISTINCT link.holder) AS count
        FROM link JOIN reference_at AS reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal
          AND (link.until_scan IS NULL OR link.until_scan > reference.from_scan)
        WHERE link.target_image = :image AND link.from_scan <= (SELECT scan FROM asof)
          AND format IS NOT NULL
          AND reference.role IN ('backing', 'disk', 'parent')
        GROUP BY format, is_domain ORDER BY format, is_domain
        """, ["image": image]
      ).map { row -> FormatClaim in
        let holder: Int64 = row["holder"]
        let count: Int = row["count"]
        let source: FormatClaim.Source =
          row["is_domain"]
          ? .domains(try domainName(holder), count: count)
          : .overlays(try primaryPlace(of: holder) ?? PathBytes("#\(holder)".utf8), count: count)
        return FormatClaim(format: row["format"], source: source)
      })
  }

  private func domainName(_ id: Int64) throws -> String {
    try value("SELECT name FROM domain WHERE id = :domain", ["domain": id])
      ?? "#\(id)"
  }

  /// Images that a domain's XML spells out right under an image.
  func basesInXML(of image: Int64) throws -> [RepairCandidate] {
    let found = try rows(
      """
      SELECT DISTINCT below.target_image, domain.name
      FROM link_at AS own
      JOIN reference_at AS top ON top.holder = own.holder AND top.ordinal = own.ordinal
      JOIN reference_at AS next ON next.holder = own.holder
        AND json_extract(next.detail, '$.target') = json_extract(top.detail, '$.target')
        AND coalesce(json_extract(next.detail, '$.level'), 0)
          = coalesce(json_extract(top.detail, '$.level'), 0) + 1
      JOIN link_at AS below ON below.holder = next.holder AND below.ordinal = next.ordinal
        AND below.state = 'ok'
      JOIN domain ON domain.id = own.holder
      WHERE own.target_image = :image AND own.holder < 0
      ORDER BY below.target_image, domain.name
      """, ["image": image])
    var candidates: [RepairCandidate] = []
    while let row = try found.next() {
      let reason = "the XML of domain '\(row[1] as String)' lists it below this image"
      candidates.append(RepairCandidate(image: row[0], reasons: [reason], isNamed: true))
    }
    return candidates
  }

  /// The digest of blocks spread over an image's file.
  func sample(of image: Int64) throws -> Int64? {
    try value("SELECT sample FROM image WHERE id = :image", ["image": image])
  }

  /// What an image records of the state of its parent.
  func parentMark(of image: Int64) throws -> String? {
    try value("SELECT parent_mark FROM image_state_at WHERE image = :image", ["image": image])
  }

  /// Symbolic links in the pools, by the images to which they lead, in the order of the paths.
  func symbolicLinks() throws -> [(image: Int64, path: PathBytes)] {
    try Array(
      rows(
        """
        SELECT place.image, directory.path, alias.name FROM alias_at AS alias
        CROSS JOIN directory_state AS walked ON walked.canonical = alias.target_directory
          AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
        CROSS JOIN place_at AS place ON place.directory = walked.directory
          AND place.name = alias.target_name
        CROSS JOIN directory ON directory.id = alias.directory
        ORDER BY directory.path, alias.name
        """
      ).map { ($0[0], PathBytes(directory: $0[1], name: $0[2])) })
  }
}

extension FactValue {
  /// What an object has under a key.
  fileprivate func value(of key: String) -> FactValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.key == key }?.value
  }
}
