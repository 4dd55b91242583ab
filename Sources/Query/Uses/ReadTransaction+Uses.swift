public import Database
internal import DiskImage
internal import Foundation
internal import GRDB
public import Model
internal import Rules

extension ReadTransaction {
  /// Who refers to an image, or did; those that last first, then the latest.
  func uses(of image: Int64) throws -> [ImageUse] {
    try uses(["image": image, "domains": "[]"], isOfMachine: false)
  }

  /// What a machine refers to, or did.
  func uses(by machine: MachineSurroundings) throws -> [ImageUse] {
    let list = "[" + machine.domains.sorted().map(String.init).joined(separator: ",") + "]"
    return try uses(["image": nil, "domains": list], isOfMachine: true)
  }

  private func uses(_ values: Values, isOfMachine: Bool) throws -> [ImageUse] {
    let found = try rows(StatementText.text(PackageResources.ask_uses_sql), values)
    var stretches: [UseKey: [ScanStretch]] = [:]
    while let row = try found.next() {
      guard let role = ReferenceRole(rawValue: row["role"]) else { continue }
      let place = (row["path"] as Data?).flatMap { path in
        (row["name"] as Data?).map { PathBytes(directory: path, name: $0) }
      }
      let image = row["target_image"] as Int64?
      // What leads nowhere yet is told by where it leads; an image by its number, wherever it stands.
      let key = UseKey(
        holder: row["holder"], role: role, target: row["target"],
        used: isOfMachine ? image : nil, place: isOfMachine && image == nil ? place : nil)
      let stretch = ScanStretch(row["since"], until: row["until"], upTo: at)
      stretches[key, default: []].append(stretch)
    }
    var uses: [ImageUse] = []
    for (key, stretches) in stretches {
      let running = try self.running(key.holder)
      for stretch in stretches.joined {
        uses.append(try use(key, stretch, running, isOfMachine: isOfMachine))
      }
    }
    return uses.sorted { $0.rank < $1.rank }
  }

  private func use(
    _ key: UseKey, _ stretch: ScanStretch, _ running: [ScanStretch], isOfMachine: Bool
  ) throws -> ImageUse {
    var use = ImageUse(role: key.role, since: point(stretch.from))
    use.until = stretch.until.map(point)
    use.target = key.target
    if isOfMachine {
      use.imageID = key.used
      use.filename = try key.used.flatMap { try lastPlace(of: $0) } ?? key.place
      use.domain = try name(of: key.holder)
    } else if key.holder < 0 {
      use.domain = try name(of: key.holder)
    } else {
      use.imageID = key.holder
      use.filename = try lastPlace(of: key.holder)
    }
    use.running = running.compactMap { $0.within(stretch) }.compactMap { span in
      guard let first = times.kept(from: span.from) else { return nil }
      let last = span.until.flatMap { times.kept(before: $0) } ?? (span.until == nil ? at : first)
      return last < first
        ? nil : ImageUse.Span(first: point(first), last: point(last))
    }
    return use
  }

  /// When a machine ran, or an image was in use, oldest first.
  private func running(_ holder: Int64) throws -> [ScanStretch] {
    let sql =
      holder < 0
      ? "SELECT from_scan, until_scan FROM domain_state WHERE domain = :holder AND is_running"
      : "SELECT from_scan, until_scan FROM file_state WHERE image = :holder AND is_in_use"
    return try Array(
      rows(
        sql + " AND from_scan <= (SELECT scan FROM asof) ORDER BY from_scan", ["holder": holder]
      )
      .map { ScanStretch($0[0], until: $0[1], upTo: at) }
    ).joined
  }
}

extension InventoryView {
  /// Who refers to an image, or did; of a path at which nothing stands, to the last that stood there.
  public func uses(of selector: ImageSelector) throws(StoreFault) -> [ImageUse] {
    try reading { try $0.uses(of: $0.knownNumber(of: selector)) }
  }

  /// What a machine uses, or used; its name or UUID.
  public func uses(byMachine name: String) throws(StoreFault) -> [ImageUse] {
    try reading { try $0.uses(by: MachineSurroundings(name, $0)) }
  }
}

/// What makes one use of many references: a machine's are renumbered when it changes.
private struct UseKey: Hashable {
  let holder: Int64
  let role: ReferenceRole
  let target: String?
  /// What a machine uses.
  let used: Int64?
  let place: PathBytes?
}

/// From a scan until before another; `nil` while it lasts.
private struct ScanStretch {
  let from: Int64
  private(set) var until: Int64?

  /// What was known of it after a scan.
  init(_ from: Int64, until: Int64?, upTo scan: Int64) {
    self.from = from
    self.until = until.flatMap { $0 > scan ? nil : $0 }
  }

  private init(_ from: Int64, _ until: Int64?) {
    self.from = from
    self.until = until
  }

  /// What of it is within another.
  func within(_ other: ScanStretch) -> ScanStretch? {
    let from = max(from, other.from)
    let ends = [until, other.until].compactMap { $0 }
    if let end = ends.min(), end <= from { return nil }
    return ScanStretch(from, ends.min())
  }

  /// Goes on with what begins before this one ends, or where it does.
  mutating func join(_ next: ScanStretch) -> Bool {
    guard let end = until else { return true }
    guard next.from <= end else { return false }
    until = next.until.map { max($0, end) }
    return true
  }
}

extension [ScanStretch] {
  /// The same scans in as few stretches as there are, oldest first.
  fileprivate var joined: [ScanStretch] {
    var joined: [ScanStretch] = []
    for stretch in sorted(by: { $0.from < $1.from }) {
      if let last = joined.indices.last, joined[last].join(stretch) { continue }
      joined.append(stretch)
    }
    return joined
  }
}

extension ImageUse {
  /// Those that last first, then the latest.
  fileprivate var rank: Rank {
    Rank(
      until: until?.scan ?? .max, since: since.scan, domain: domain ?? "",
      filename: filename ?? "", role: role.rawValue, target: target ?? "")
  }

  fileprivate struct Rank: Comparable {
    let until: Int64
    let since: Int64
    let domain: String
    let filename: PathBytes
    let role: String
    let target: String

    static func < (left: Rank, right: Rank) -> Bool {
      if left.until != right.until { return left.until > right.until }
      if left.since != right.since { return left.since > right.since }
      return (left.domain, left.filename, left.role, left.target)
        < (right.domain, right.filename, right.role, right.target)
    }
  }
}
