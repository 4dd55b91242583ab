internal import DiskImage
internal import Host
internal import Model
internal import Query
internal import Rules
internal import Sighting

/// Which image a reference means, and how that is known.
struct TargetChoice {
  /// The image, where there is one to take.
  private(set) var image: KnownImage?
  private(set) var confidence = Confidence.manual
  private(set) var why: String?
  private(set) var evidence: [String] = []
  private(set) var candidates: [PathBytes] = []
  /// Candidates that are not listed.
  private(set) var moreCandidates = 0
  /// Whether what would tell could not be read.
  private(set) var isUnread = false

  private let link: FaultyLink
  private let known: RepairEvidence
  private let now: LiveImages

  init(_ link: FaultyLink, _ known: RepairEvidence, _ now: LiveImages) {
    self.link = link
    self.known = known
    self.now = now
  }

  /// Looks at where the reference leads, then at where its old target is, then at what else there is.
  func choose() -> TargetChoice {
    var choice = self
    switch link.state {
    case .ok: choice.takePresent()
    case .missing, .invalid: choice.takeFormer()
    case .unreadable: choice.refuse("the target exists and cannot be read; correct its permissions")
    case .outsidePools:
      choice.refuse("the target was not scanned; scan its directory too, then plan again")
    case .remote: choice.refuse("the target is on a network, which is not scanned; check it there")
    case .unknown: choice.refuse("the target of the reference is unknown")
    }
    return choice
  }

  private mutating func refuse(_ reason: String) {
    image = nil
    confidence = .manual
    why = reason
  }

  // MARK: It is there

  private mutating func takePresent() {
    guard let id = link.image, let found = known.images[id] else {
      return refuse("the target of the reference is unknown")
    }
    if link.findings.contains(where: { $0.kind == .backingChanged }) { return takeMadeOn() }
    image = found
    confidence = .certain
    why = "the target is at the recorded path"
    if link.findings.contains(where: { $0.cause?.kind == .referenceChanged }) {
      return weighChange(to: found)
    }
    guard let former = link.former, former.image != id, isReplacement else { return }
    confidence = .ambiguous
    why = "another image has been at the target's path since scan \(former.lastSeen.scan)"
    evidence.append("image #\(id) is at the former path of image #\(former.image)")
    if let old = known.images[former.image], let place = old.places.first {
      candidates = [place] + found.places.prefix(1)
      evidence.append("image #\(former.image) is now at '\(place)'")
    }
  }

  /// The reference says something else than before: nothing moved, and which of the two is right nobody saw.
  private mutating func weighChange(to found: KnownImage) {
    guard let former = link.former, let old = known.images[former.image] else { return }
    confidence = .ambiguous
    why =
      "the reference was changed after scan \(former.lastSeen.scan), and its base before may be the right one"
    guard let place = old.places.first else {
      evidence.append(
        "it named image #\(old.id), which is gone, until scan \(former.lastSeen.scan)")
      return
    }
    candidates = [place] + found.places.prefix(1)
    evidence.append("it named image #\(old.id), at '\(place)', until scan \(former.lastSeen.scan)")
  }

  /// The image holds what differs from another base than it names now.
  private mutating func takeMadeOn() {
    guard let former = link.former, let made = known.images[former.image],
      let place = made.places.first
    else {
      return refuse(
        "the base on which the image was made stands nowhere any more; restore it from a backup")
    }
    evidence.append("it named image #\(made.id), at '\(place)', until scan \(former.lastSeen.scan)")
    image = made
    var proof = IdentityProof(former, made, place, now)
    proof.examine(asBase: true)
    evidence += proof.evidence
    isUnread = proof.isUnread
    // Somebody set it there, and may have meant it.
    confidence = proof.objection == nil || proof.isHopeful ? .likely : .ambiguous
    why = proof.objection ?? "the image was made on '\(place)'"
  }

  /// Whether the reference is as it was and its target is another image than before.
  private var isReplacement: Bool {
    link.findings.contains { $0.kind == .backingFormatMismatch }
      || link.image.flatMap { known.images[$0] }?.findings.contains(.baseModified) == true
  }

  // MARK: It is not there

  private mutating func takeFormer() {
    guard let former = link.former, let found = known.images[former.image],
      let place = former.places.first
    else { return takeCandidate() }
    evidence.append(
      "image #\(found.id) was there in scan \(former.lastSeen.scan) and is now at '\(place)'")
    var standing = found
    standing.places = former.places
    image = standing
    candidates = Array(former.places.dropFirst())
    if former.isOnlyNamed { return takeTenant(found, place, former) }
    if link.state == .invalid {
      confidence = .likely
      why = "the image named '\(place)' until its reference was changed to an invalid one"
      return
    }
    let cause = link.findings.compactMap(\.cause).first
    if cause?.kind == .referenceChanged {
      confidence = .likely
      why = "the image named '\(place)' until its reference was changed to a missing file"
      return
    }
    var proof = IdentityProof(former, found, place, now)
    proof.examine(asBase: link.role == .backing)
    evidence += proof.evidence
    isUnread = proof.isUnread
    confidence = proof.objection == nil ? .certain : proof.isHopeful ? .likely : .ambiguous
    why = proof.objection ?? "the target moved to '\(place)'"
    if confidence == .certain, former.followsAnother {
      confidence = .likely
      why =
        "the reference named '\(place)' last and something else before, so the image may have been made on that"
    }
    if confidence == .ambiguous, former.isSpoilt { addCopies(but: found.id) }
    guard confidence == .certain, !candidates.isEmpty else { return }
    evidence.append(
      "it has other names: " + candidates.map { "'\($0)'" }.joined(separator: ", "))
    candidates = []
  }

  /// What may hold what an image held before it was written to.
  private mutating func addCopies(but former: Int64) {
    for candidate in link.candidates where candidate.image != former {
      guard let place = known.images[candidate.image]?.places.first, !candidates.contains(place)
      else { continue }
      candidates.append(place)
      evidence.append("'\(place)': " + candidate.reasons.joined(separator: "; "))
    }
  }

  /// An image that stood where the reference leads: no scan saw the overlay on it.
  private mutating func takeTenant(_ found: KnownImage, _ place: PathBytes, _ former: FormerTarget)
  {
    let other = former.madeOn.flatMap { known.images[$0] }
    guard let other, let otherPlace = other.places.first else {
      confidence = .likely
      why =
        "'\(place)' was at the missing path until scan \(former.lastSeen.scan), but no scan saw the image depend on it"
      return
    }
    confidence = .ambiguous
    candidates = [place, otherPlace]
    evidence.append("image #\(other.id), its target before, is at '\(otherPlace)'")
    why =
      "the reference was changed to a path that another image had until scan \(former.lastSeen.scan)"
  }

  private mutating func takeCandidate() {
    let standing = link.candidates.compactMap { candidate in
      known.images[candidate.image].flatMap { image in
        image.places.first.map { (candidate: candidate, image: image, place: $0) }
      }
    }.sorted { ($1.candidate.reasons.count, $0.place) < ($0.candidate.reasons.count, $1.place) }
    candidates = standing.map(\.place)
    moreCandidates = max(0, link.candidateCount - link.candidates.count)
    for (candidate, image, place) in standing {
      let size = image.virtualSize.map { " of \($0) bytes" } ?? ""
      evidence.append(
        "'\(place)', \(image.format)\(size): " + candidate.reasons.joined(separator: "; "))
    }
    if moreCandidates > 0 { evidence.append("and \(moreCandidates) more candidates") }
    let gone = link.lossInWords
    guard let only = standing.first else { return refuse(gone + "; restore it from a backup") }
    guard standing.count == 1, link.mayMean(only.image), only.candidate.isNamed else {
      confidence = .ambiguous
      why = gone + ", and no candidate is proven"
      return
    }
    image = only.image
    confidence = .likely
    why = gone + "; '\(only.place)' is the only candidate"
  }
}

extension FaultyLink {
  /// What became of the target, as the begin of a sentence.
  var lossInWords: String {
    guard let former else { return "no scan has seen its target" }
    let then = former.isOnlyNamed ? "was there" : "it named"
    return
      "image #\(former.image), which \(then) until scan \(former.lastSeen.scan), is gone"
  }

  /// Whether nothing that is known of the old target speaks against an image.
  func mayMean(_ image: KnownImage) -> Bool {
    if let recorded = statedFormat, recorded != image.format { return false }
    if let extentSize, extentSize != image.virtualSize { return false }
    guard let former, !former.isOnlyNamed else { return true }
    // What is known of it is not what the overlay was made on.
    if former.isSpoilt { return false }
    return former.format == image.format && former.virtualSize == image.virtualSize
  }
}

/// Whether an image that stands elsewhere is what an overlay was made on, down to its content.
///
/// A scan knows an image again by its file, or by header, length and a sample of its content. The second
/// is no proof for a repair: images of one make differ in a few blocks. So the content is read again.
struct IdentityProof {
  private(set) var evidence: [String] = []
  /// Why it is no proof.
  private(set) var objection: String?
  /// Whether nothing that was looked at speaks against it.
  private(set) var isHopeful = false
  /// Whether it could not be read.
  private(set) var isUnread = false

  private let former: FormerTarget
  private let image: KnownImage
  private let place: PathBytes
  private let now: LiveImages

  init(_ former: FormerTarget, _ image: KnownImage, _ place: PathBytes, _ now: LiveImages) {
    self.former = former
    self.image = image
    self.place = place
    self.now = now
  }

  mutating func examine(asBase: Bool) {
    if former.format != image.format {
      objection = "it was \(former.format) then and shows \(image.format) now"
    } else if let then = former.virtualSize, then != image.virtualSize {
      objection = "its virtual size was \(then) bytes then and is different now"
    } else if let changed = Self.changes.first(where: image.findings.contains) {
      objection = "it has the finding \(changed.rawValue), so it has changed"
    } else if asBase, let content = former.content {
      compare(content)
    } else {
      // What an overlay was made on is not known again by its file, which may have been written to.
      weighTimes(or: "only its header says that it is the same image", isSameFileEnough: !asBase)
    }
  }

  private static let changes = Rule.all.filter { $0.traits.contains(.changesImage) }.map(\.kind)

  private mutating func compare(_ content: Content) {
    let found: Content?
    do throws(HostFault) { found = try now.content(image, content) } catch {
      return object(to: error)
    }
    guard let found else {
      objection = "its content cannot be measured"
      return
    }
    guard found.isSame(as: content) == true else {
      objection = "its content differs from when the overlay was made on it"
      return
    }
    if found.isWhole, content.isWhole {
      evidence.append("all of its content is unchanged")
    } else {
      evidence.append("the part of its content that was read is unchanged")
      weighTimes(or: "it is too large to compare completely", isSameFileEnough: true)
    }
  }

  private mutating func object(to fault: HostFault) {
    objection = "its content cannot be read: \(fault.reason)"
    isUnread = !fault.isMissing
  }

  /// The file is the same one where it has not been written since, or was born before it left.
  private mutating func weighTimes(or doubt: String, isSameFileEnough: Bool) {
    let found: ImageGlance
    switch now.image(place) {
    case .success(let image): found = image
    case .failure(let fault): return object(to: fault)
    }
    if found.modified == former.modified, found.fileSize == former.fileSize {
      evidence.append("its file was not written to since")
    } else if isSameFileEnough, let born = image.born,
      born / 1_000_000 < former.lastSeen.time.milliseconds
    {
      evidence.append(
        "its file is older than scan \(former.lastSeen.scan): it was moved, not copied")
    } else {
      objection = doubt
      isHopeful = true
    }
  }
}
