internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules
internal import Sighting

/// Collects what speaks for repairs: links with findings first, then every image that they lead to.
struct EvidenceSearch {
  private(set) var evidence: RepairEvidence
  private let transaction: ReadTransaction
  private var details: DetailCache

  init(_ transaction: ReadTransaction) {
    self.transaction = transaction
    details = DetailCache(transaction.database)
    evidence = RepairEvidence(point: transaction.point(transaction.at))
  }

  mutating func collect(kinds: Set<FindingKind>, images: Set<Int64>?) throws {
    for finding in try transaction.findings(kinds: kinds, pool: nil, closedAfter: nil) {
      guard let holder = finding.imageID, finding.domain == nil,
        images?.contains(holder) ?? true, let ordinal = finding.ordinal
      else { continue }
      try add(finding, holder: holder, ordinal: ordinal)
    }
    for position in evidence.links.indices {
      // What is not there is worse than what is not recorded of it.
      evidence.links[position].findings.sort {
        $0.kind.has(.targetIsGone) && !$1.kind.has(.targetIsGone)
      }
    }
    try addCandidates()
    for link in evidence.links {
      let known = [link.holder, link.image, link.former?.image, link.former?.madeOn].compactMap {
        $0
      }
      for image in known + link.candidates.map(\.image) { try addImages(from: image) }
    }
    try addDisks()
    for (image, path) in try transaction.symbolicLinks() {
      evidence.images[image]?.links.append(path)
    }
  }

  /// The positions of the links that are known already, by holder and ordinal.
  private var positions: [LinkKey: Int] = [:]

  private struct LinkKey: Hashable {
    let holder: Int64
    let ordinal: Int64
  }

  private mutating func add(_ finding: Finding, holder: Int64, ordinal: Int64) throws {
    let key = LinkKey(holder: holder, ordinal: ordinal)
    if let position = positions[key] {
      evidence.links[position].findings.append(finding)
    } else if var link = try transaction.faultyLink(holder: holder, ordinal: ordinal, finding) {
      link.extentSize = try extentSize(link)
      positions[key] = evidence.links.count
      evidence.links.append(link)
    }
  }

  /// The sizes of the extents of the last image that was asked for: one descriptor may name thousands.
  private var extents: (holder: Int64, sizes: [String: UInt64])?

  private mutating func extentSize(_ link: FaultyLink) throws -> UInt64? {
    guard link.role == .extent, let path = link.target.path else { return nil }
    if extents?.holder != link.holder {
      extents = (link.holder, try transaction.extentSizes(of: link.holder))
    }
    return extents?.sizes[String(decoding: PathBytes(path).name, as: UTF8.self)]
  }

  // MARK: Candidates

  private mutating func addCandidates() throws {
    var wanted = WantedImages()
    for (position, link) in evidence.links.enumerated()
    where link.state == .missing || link.state == .invalid {
      try wanted.add(
        link, at: position, spelled: transaction.basesInXML(of: link.holder),
        isSearched: link.former.map { $0.places.isEmpty || $0.isSpoilt } ?? true, transaction)
    }
    for (position, candidates) in try wanted.found(transaction) {
      evidence.links[position].candidates = candidates.best
      evidence.links[position].candidateCount = candidates.count
    }
  }

  // MARK: Images

  /// Adds how images are read whose content is to be compared with that of a former target.
  private mutating func addDisks() throws {
    let search = BaseSearch(transaction.database)
    var seen: Set<Int64> = []
    for link in evidence.links {
      guard let former = link.former, former.content != nil else { continue }
      for image in [former.image] + link.candidates.map(\.image)
      where seen.insert(image).inserted && evidence.images[image] != nil {
        evidence.images[image]?.disk = try search.base(
          image, orWhatItLedTo: true, for: .content)
      }
    }
  }

  /// Adds an image and everything under it.
  private mutating func addImages(from top: Int64) throws {
    var next: Int64? = top
    while let id = next, evidence.images[id] == nil {
      guard let image = try transaction.knownImage(id, &details) else { return }
      evidence.images[id] = image
      next = image.base?.image
    }
  }
}
