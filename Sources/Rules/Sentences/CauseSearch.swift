package import Database
internal import DiskImage
package import Foundation
internal import GRDB
package import Model

/// Why a link is broken: the one place that says it, to every command.
///
/// Nothing of it is kept but what scans saw. It is derived when it is asked, as of the scan that is asked for,
/// and always of what the reference says then: a base that comes back under another name has moved, from the
/// scan on that saw it.
package struct CauseSearch {
  /// Where images stand, by scan and image: many findings have one target.
  private var places: [Int64: [Int64: [PathBytes]]] = [:]
  /// Where the references of the last image led that was asked for, by what they said, the newest first: one image
  /// may have tens of thousands.
  private var formers: (holder: Int64, byText: [Data: [Former]])?

  /// The link of a finding as it was when that was last open.
  package struct Link {
    package let kind: FindingKind
    package let holder: Int64
    package let ordinal: Int64
    package let since: Int64
    package let lastGood: Int64?
    package let stored: Data
    package let state: LinkState
    package let target: Int64?
    /// The scan that saw it first as it is.
    package let from: Int64
    package let directory: Int64?
    package let name: Data?

    /// A link of which a finding is.
    package init(
      kind: FindingKind, holder: Int64, ordinal: Int64, since: Int64, lastGood: Int64?,
      stored: Data, state: LinkState, target: Int64?, from: Int64, directory: Int64?, name: Data?
    ) {
      self.kind = kind
      self.holder = holder
      self.ordinal = ordinal
      self.since = since
      self.lastGood = lastGood
      self.stored = stored
      self.state = state
      self.target = target
      self.from = from
      self.directory = directory
      self.name = name
    }
  }

  /// Where a reference of the same text led before.
  fileprivate struct Former {
    let image: Int64?
    let directory: Int64?
    let name: Data?
    let from: Int64
    /// The scan that saw it so no more.
    let until: Int64
  }

  /// The cause of a finding about a link; `nil` where nothing is to be said.
  package mutating func cause(_ link: Link, _ transaction: ReadTransaction) throws -> FindingCause?
  {
    let former = try former(link, transaction)
    if link.kind == .backingFormatMismatch || link.kind == .backingChanged {
      return try replacement(link, former, transaction) ?? changedText(link, transaction)
    }
    guard link.state == .missing else { return nil }
    if let moved = try foundation(link, former, transaction) { return moved }
    if let former {
      guard let image = former.image else {
        return FindingCause(
          kind: .targetRemoved,
          evidence: "it was there, outside the pools, in scan \(lastSeen(link, former))")
      }
      return try cause(link, image, former, transaction)
    }
    if let tenant = try tenant(link, transaction) { return tenant }
    return try withoutTarget(link, transaction)
  }

  /// Why a target shows another format than is recorded: since another image stands there.
  private mutating func replacement(
    _ link: Link, _ former: Former?, _ transaction: ReadTransaction
  ) throws -> FindingCause? {
    guard let former, let old = former.image, let new = link.target, link.from == link.since
    else { return nil }
    return FindingCause(
      kind: .targetReplaced,
      evidence:
        "in scan \(link.from) image #\(new) is at the path of image #\(old), which was there until scan \(lastSeen(link, former))",
      nowAt: try places(of: old, transaction))
  }

  /// What an overlay was made on, where that stands elsewhere: another image took its place, and is gone as well.
  private mutating func foundation(
    _ link: Link, _ former: Former?, _ transaction: ReadTransaction
  ) throws -> FindingCause? {
    guard link.holder > 0, let made = try transaction.madeOn(link), made.image != former?.image
    else { return nil }
    let now = try places(of: made.image, missedBy: link, transaction)
    guard !now.isEmpty else { return nil }
    return FindingCause(
      kind: .targetMoved,
      evidence:
        "image #\(made.image), on which the overlay was made and which was there until scan \(made.until - 1), is elsewhere now",
      nowAt: now, image: made.image)
  }

  /// The link led to an image, and does no more.
  private mutating func cause(
    _ link: Link, _ image: Int64, _ former: Former, _ transaction: ReadTransaction
  ) throws -> FindingCause {
    let now = try places(of: image, missedBy: link, transaction)
    if link.holder > 0, link.directory != former.directory, let directory = former.directory,
      let name = former.name, try transaction.stands(image, in: directory, name)
    {
      return FindingCause(
        kind: .imageMoved,
        evidence:
          "the image itself moved in scan \(former.until), and its base is named relative to its directory",
        nowAt: now, image: image)
    }
    let then = "image #\(image), which was there until scan \(lastSeen(link, former)),"
    return now.isEmpty
      ? FindingCause(kind: .targetRemoved, evidence: "\(then) is gone", image: image)
      : FindingCause(
        kind: .targetMoved, evidence: "\(then) is elsewhere now", nowAt: now, image: image)
  }

  /// The link led nowhere since it says what it says; but an image stood where it leads.
  private mutating func tenant(_ link: Link, _ transaction: ReadTransaction) throws -> FindingCause?
  {
    guard
      let tenant = try transaction.lastTenant(
        directory: link.directory, name: link.name, but: link.holder)
    else {
      return nil
    }
    let now = try places(of: tenant.image, missedBy: link, transaction)
    let until = tenant.until - 1
    let then = "image #\(tenant.image) was there until scan \(until) and is"
    return FindingCause(
      kind: now.isEmpty ? .targetRemoved : .targetMoved,
      evidence: now.isEmpty ? "\(then) gone" : "\(then) elsewhere now", nowAt: now,
      image: tenant.image, stoodUntil: until)
  }

  /// The reference itself says something else since the finding opened.
  private func changedText(_ link: Link, _ transaction: ReadTransaction) throws -> FindingCause? {
    guard
      let before = try transaction.textBefore(holder: link.holder, ordinal: link.ordinal),
      before.until == link.since
    else { return nil }
    return FindingCause(kind: .referenceChanged, evidence: Self.words(before))
  }

  private static func words(_ before: (stored: Data, until: Int64)) -> String {
    let text = PathBytes(ReferenceTarget.redacting(Array(before.stored))).displayText
    return "it referred to '\(text)' until scan \(before.until - 1)"
  }

  /// Nothing ever stood where the link leads.
  private func withoutTarget(_ link: Link, _ transaction: ReadTransaction) throws -> FindingCause {
    if let before = try transaction.textBefore(holder: link.holder, ordinal: link.ordinal) {
      return FindingCause(kind: .referenceChanged, evidence: Self.words(before))
    }
    return FindingCause(
      kind: .neverSeen,
      evidence: link.from == link.since && link.lastGood == nil
        ? "this is so since scan \(link.since), the first with this reference"
        : "no scan has seen it there")
  }

  /// The last scan that saw the reference lead there: where one looked, that is when it was right last.
  private func lastSeen(_ link: Link, _ former: Former) -> Int64 {
    guard let good = link.lastGood, good >= former.from, good < former.until else {
      return former.until - 1
    }
    return good
  }

  /// Where an image stands, but for where a link looked for it in vain: what a scan did not walk is only known as it
  /// was, and of this place more is known.
  private mutating func places(
    of image: Int64, missedBy link: Link, _ transaction: ReadTransaction
  ) throws -> [PathBytes] {
    let known = try places(of: image, transaction)
    guard let directory = link.directory, let name = link.name,
      known.contains(where: { $0.name.elementsEqual(name) })
    else { return known }
    let spellings = try transaction.spellings(of: directory)
    return known.filter { !($0.name.elementsEqual(name) && spellings.contains($0.directory)) }
  }

  private mutating func places(of image: Int64, _ transaction: ReadTransaction) throws
    -> [PathBytes]
  {
    if let known = places[transaction.at]?[image] { return known }
    let found = try transaction.places(of: image)
    places[transaction.at, default: [:]][image] = found
    return found
  }

  /// Where a reference of the holder that said the same led last, before the link was as it is.
  private mutating func former(_ link: Link, _ transaction: ReadTransaction) throws -> Former? {
    if formers?.holder != link.holder {
      formers = (link.holder, try transaction.formerTargets(of: link.holder))
    }
    return formers?.byText[link.stored]?.first {
      $0.until <= link.from && ($0.image == nil || $0.image != link.target)
    }
  }
}

extension ReadTransaction {
  /// What an overlay was made on when its reference said what it says, and the scan that did not see it there any more.
  fileprivate func madeOn(_ link: CauseSearch.Link) throws -> (image: Int64, until: Int64)? {
    let found = try rows(
      """
      SELECT image, coalesce((
          SELECT max(link.until_scan) FROM link
          WHERE link.holder = made.holder AND link.ordinal = made.ordinal
            AND link.target_image = made.image AND link.until_scan <= (SELECT scan FROM asof)),
        from_scan)
      FROM foundation_at AS made
      WHERE holder = :holder AND ordinal = :ordinal AND stored = :stored
      """, ["holder": link.holder, "ordinal": link.ordinal, "stored": link.stored])
    return try found.next().map { (image: $0[0], until: $0[1]) }
  }

  /// Whether an image stands at a place.
  fileprivate func stands(_ image: Int64, in directory: Int64, _ name: Data) throws -> Bool {
    try value(
      """
      SELECT EXISTS (
        SELECT 1 FROM place_at
        WHERE directory = :directory AND name = :name AND image = :image)
      """, ["directory": directory, "name": name, "image": image]) ?? false
  }

  /// The paths by which a directory is known.
  fileprivate func spellings(of directory: Int64) throws -> Set<PathBytes> {
    let found = try rows(
      """
      SELECT path FROM directory WHERE id IN (
        SELECT :directory
        UNION SELECT named.canonical FROM directory_state_at AS named
        WHERE named.directory = :directory
        UNION SELECT walked.directory
        FROM directory_state_at AS named
        JOIN directory_state AS walked ON walked.canonical = named.canonical
          AND walked.until_scan IS NULL
        WHERE named.directory = :directory)
      """, ["directory": directory])
    var paths: Set<PathBytes> = []
    while let row = try found.next() { paths.insert(PathBytes(row[0] as Data)) }
    return paths
  }

  /// Where the references of a holder led that lead elsewhere now, by what they said, the newest first.
  fileprivate func formerTargets(of holder: Int64) throws -> [Data: [CauseSearch.Former]] {
    let found = try rows(
      """
      SELECT link.target_image, link.directory, link.name, link.from_scan, link.until_scan,
        reference.stored
      FROM link
      JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
        AND reference.from_scan < link.until_scan
        AND (reference.until_scan IS NULL OR reference.until_scan > link.from_scan)
      WHERE link.holder = :holder AND link.until_scan IS NOT NULL
        AND (link.target_image <> link.holder OR link.state = 'outside-pools')
      ORDER BY link.until_scan DESC
      """, ["holder": holder])
    var formers: [Data: [CauseSearch.Former]] = [:]
    while let row = try found.next() {
      formers[row[5], default: []].append(
        CauseSearch.Former(
          image: row[0], directory: row[1], name: row[2], from: row[3], until: row[4]))
    }
    return formers
  }

  /// Who stood last where a link leads, by any spelling of the directory, and the scan that saw it there no more. No
  /// image is its own base.
  fileprivate func lastTenant(
    directory: Int64?, name: Data?, but holder: Int64
  ) throws -> (image: Int64, until: Int64)? {
    guard let directory, let name else { return nil }
    let found = try rows(
      """
      SELECT place.image, place.until_scan FROM place
      WHERE place.name = :name AND place.image <> :holder
        AND place.until_scan <= (SELECT scan FROM asof)
        AND place.directory IN (
          SELECT :directory
          UNION SELECT named.canonical FROM directory_state AS named
          WHERE named.directory = :directory AND named.canonical IS NOT NULL
            AND named.from_scan <= (SELECT scan FROM asof)
          UNION SELECT walked.directory
          FROM directory_state AS named
          JOIN directory_state AS walked ON walked.canonical = named.canonical
            AND walked.until_scan IS NULL
          WHERE named.directory = :directory
            AND named.from_scan <= (SELECT scan FROM asof))
      ORDER BY place.until_scan DESC LIMIT 1
      """, ["directory": directory, "name": name, "holder": holder])
    return try found.next().map { (image: $0[0], until: $0[1]) }
  }

  /// What a reference said before it says what it says, and the scan that saw it say so no more.
  fileprivate func textBefore(
    holder: Int64, ordinal: Int64
  ) throws -> (stored: Data, until: Int64)? {
    let found = try rows(
      """
      SELECT before.stored, before.until_scan
      FROM reference_at AS now
      JOIN reference AS before ON before.holder = now.holder AND before.ordinal = now.ordinal
        AND before.until_scan <= now.from_scan AND before.stored <> now.stored
      WHERE now.holder = :holder AND now.ordinal = :ordinal
      ORDER BY before.until_scan DESC LIMIT 1
      """, ["holder": holder, "ordinal": ordinal])
    return try found.next().map { (stored: $0[0], until: $0[1]) }
  }
}

/// A cause as the database keeps it, of findings that are not about a link: where the image is now is looked up when
/// it is asked for.
struct KeptCause: Codable {
  let kind: String
  let evidence: String
  /// The image that was the target.
  let image: Int64?

  init(json: String) throws {
    self = try JSONDecoder().decode(KeptCause.self, from: Data(json.utf8))
  }
}
