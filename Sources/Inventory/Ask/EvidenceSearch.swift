internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// Collects what speaks for repairs: links with findings first, then every image that they lead to.
struct EvidenceSearch {
  private(set) var evidence: RepairEvidence
  private let question: Question

  init(_ question: Question) {
    self.question = question
    evidence = RepairEvidence(point: question.point(question.at))
  }

  mutating func collect(kinds: Set<FindingKind>, images: Set<Int64>?) throws {
    for finding in try question.findings(kinds: kinds, pool: nil, closedAfter: nil) {
      guard let holder = finding.imageID, finding.domain == nil,
        images?.contains(holder) ?? true, let ordinal = finding.ordinal
      else { continue }
      try add(finding, holder: holder, ordinal: ordinal)
    }
    for position in evidence.links.indices {
      // What is not there is worse than what is not recorded of it.
      evidence.links[position].findings.sort { $0.isLost && !$1.isLost }
    }
    try addCandidates()
    for link in evidence.links {
      let known = [link.holder, link.image, link.former?.image].compactMap { $0 }
      for image in known + link.candidates.map(\.image) { try addImages(from: image) }
    }
  }

  /// The positions of the links that are known already, by holder and ordinal.
  private var positions: [LinkKey: Int] = [:]

  private struct LinkKey: Hashable {
    let holder: Int64
    let ordinal: Int64
  }

  private mutating func add(_ finding: FindingAnswer, holder: Int64, ordinal: Int64) throws {
    let key = LinkKey(holder: holder, ordinal: ordinal)
    if let position = positions[key] {
      evidence.links[position].findings.append(finding)
    } else if let link = try question.faultyLink(holder: holder, ordinal: ordinal, finding) {
      positions[key] = evidence.links.count
      evidence.links.append(link)
    }
  }

  // MARK: Candidates

  private mutating func addCandidates() throws {
    var wanted = WantedImages()
    for (position, link) in evidence.links.enumerated() where link.state == .missing {
      evidence.links[position].candidates = try question.basesInXML(of: link.holder)
      if let former = link.former, try question.primaryPlace(of: former.image) != nil { continue }
      wanted.add(link, at: position, question: question)
    }
    guard !wanted.isEmpty else { return }
    for (position, candidate) in try wanted.found(question) {
      evidence.links[position].add(candidate)
    }
  }

  // MARK: Images

  /// Adds an image and everything under it.
  private mutating func addImages(from top: Int64) throws {
    var next: Int64? = top
    while let id = next, evidence.images[id] == nil {
      guard let image = try question.knownImage(id) else { return }
      evidence.images[id] = image
      next = image.base?.image
    }
  }
}

extension FindingAnswer {
  fileprivate var isLost: Bool { kind.rawValue.hasSuffix("-missing") }
}

extension FaultyLink {
  fileprivate mutating func add(_ candidate: RepairCandidate) {
    guard candidate.image != holder else { return }
    if let position = candidates.firstIndex(where: { $0.image == candidate.image }) {
      candidates[position].reasons += candidate.reasons
      candidates[position].isNamed = candidates[position].isNamed || candidate.isNamed
    } else {
      candidates.append(candidate)
    }
  }
}

/// What is looked for in one walk over all places.
private struct WantedImages {
  private var byName: [[UInt8]: [Int]] = [:]
  private var bySample: [Int64: [Int]] = [:]
  private var byMark: [String: [Int]] = [:]

  var isEmpty: Bool { byName.isEmpty && bySample.isEmpty && byMark.isEmpty }

  mutating func add(_ link: FaultyLink, at position: Int, question: Question) {
    if let path = link.target.path {
      byName[Array(PathBytes(path).name), default: []].append(position)
    }
    if let former = link.former, let sample = try? question.sample(of: former.image) {
      bySample[sample, default: []].append(position)
    }
    let marks = (try? question.parentMark(of: link.holder)) ?? ""
    for mark in marks.split(separator: " ") {
      byMark[String(mark), default: []].append(position)
    }
  }

  /// Candidates for the links at these positions.
  func found(_ question: Question) throws -> [(Int, RepairCandidate)] {
    var found: [(Int, RepairCandidate)] = []
    let places = try question.rows(
      """
      SELECT place.image, place.name, image.sample, image_state.own_mark FROM place
      JOIN image ON image.id = place.image
      LEFT JOIN image_state ON image_state.image = place.image AND \(Question.holds("image_state"))
      WHERE \(Question.holds("place"))
      """)
    while let row = try places.next() {
      let image: Int64 = row[0]
      func add(_ positions: [Int]?, _ reason: String, isNamed: Bool = true) {
        for position in positions ?? [] {
          found.append(
            (position, RepairCandidate(image: image, reasons: [reason], isNamed: isNamed)))
        }
      }
      if let sample = row[2] as Int64? {
        add(
          bySample[sample], "a sample of its content is that of the image that was there",
          isNamed: false)
      }
      if let mark = row[3] as String? {
        add(byMark[mark], "it has the identity that the image records of its parent")
      }
      add(byName[Array(row[1] as Data)], "it has the name that is looked for")
    }
    return found
  }
}
