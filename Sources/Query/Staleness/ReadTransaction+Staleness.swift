public import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// What this scan did not see of what is known.
  func staleParts() throws -> StaleParts {
    var parts = StaleParts()
    let pools = try rows(StatementText.text(PackageResources.ask_stale_pools_sql))
    while let row = try pools.next() {
      let name: String = row["name"]
      let stale = Staleness(.pool(name), lastSeen: (row["complete"] as Int64?).map(point))
      if row["is_seen"] {
        if let path = row["path"] as Data? { parts.places[PathBytes(path)] = stale }
      } else {
        parts.pools[name] = stale
      }
    }
    try addMachines(to: &parts)
    guard !parts.pools.isEmpty else { return parts }
    let links = try rows(StatementText.text(PackageResources.ask_stale_links_sql))
    while let row = try links.next() { parts.links[row[0]] = parts.pools[row[1]] }
    return parts
  }

  private func addMachines(to parts: inout StaleParts) throws {
    let isSeen: Bool? = try value(
      """
      SELECT has_domains OR NOT EXISTS (SELECT 1 FROM domain_state_at)
        AND NOT EXISTS (SELECT 1 FROM problem_at WHERE pool IS NULL)
      FROM scan WHERE id = (SELECT scan FROM asof)
      """)
    guard isSeen == false else { return }
    let last: Int64? = try value(
      """
      SELECT max(id) FROM scan
      WHERE has_domains AND id < (SELECT scan FROM asof)
      """)
    let unread = try Array(
      rows("SELECT DISTINCT path FROM problem_at WHERE pool IS NULL ORDER BY path")
        .map { PathBytes($0[0] as Data) })
    for path in unread {
      parts.sources[path] = Staleness(.source(path), lastSeen: last.map(point))
    }
    guard unread.isEmpty else { return }
    let source = try rows("SELECT source FROM domain_state_at ORDER BY source LIMIT 1")
      .map { PathBytes($0[0] as Data) }.next()
    parts.machines = source.map { Staleness(.source($0.directory), lastSeen: last.map(point)) }
  }

  /// The files that speak for domains, by the domains' names.
  func sourcesOfDomains() throws -> [String: PathBytes] {
    let found = try Array(
      rows(
        """
        SELECT domain.name, state.source FROM domain_state_at AS state
        JOIN domain ON domain.id = state.domain
        """
      ).map { ($0[0] as String, PathBytes($0[1] as Data)) })
    return Dictionary(found) { first, _ in first }
  }

  /// Marks findings that rest on what this scan did not see.
  func markStale(_ findings: [Finding]) throws -> [Finding] {
    let parts = try staleParts()
    guard !parts.isEmpty else { return findings }
    let sources = try sourcesOfDomains()
    return findings.map { finding in
      var marked = finding
      marked.stale =
        finding.filename.flatMap { parts.of($0, pool: finding.pool) }
        ?? (finding.kind.restsOnTarget ? finding.imageID.flatMap { parts.links[$0] } : nil)
        ?? ([finding.domain].compactMap { $0 } + finding.domains).lazy
        .compactMap { sources[$0] }.compactMap(parts.ofMachine).first
      return marked
    }
  }
}

extension FindingKind {
  /// Whether it says something of an image and of a base that is there.
  fileprivate var restsOnTarget: Bool {
    has(.sharesTarget) && !has(.targetIsGone) || has(.isFlattened)
  }
}

extension Image {
  /// The image with what it rests on.
  func marked(by parts: StaleParts) -> Image {
    if parts.isEmpty { return self }
    var marked = self
    marked.stale = parts.of(filename, pool: pool)
    if let link = imageID.flatMap({ parts.links[$0] }) {
      // Not missing: who could not look cannot say. What was wrong then is told on.
      if backingState == .ok { marked.backingState = .unknown }
      marked.stale = marked.stale ?? link
    }
    return marked
  }
}

extension ReadTransaction {
  /// Marks what nothing refers to: whether anything does is known by machines as well.
  func marked(_ orphans: [Orphan], by parts: StaleParts) throws -> [Orphan] {
    let machines = parts.machines ?? parts.sources.min { $0.key < $1.key }?.value
    return try orphans.map { orphan in
      var marked = orphan
      let pool = try self.pool(ofDirectory: Data(orphan.filename.directory.bytes))
      marked.stale = parts.of(orphan.filename, pool: pool) ?? machines
      return marked
    }
  }
}

extension InventoryView {
  /// Everything that this scan did not see of what was known.
  public func staleParts() throws(StoreFault) -> StaleParts { try reading { try $0.staleParts() } }
}
