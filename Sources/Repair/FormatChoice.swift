internal import Model
internal import Query
internal import Rules

/// Which format a reference is to record for its target, and how that is known: what is recorded comes
/// before what is detected, and nothing is certain that contradicts either.
struct FormatChoice {
  private(set) var format: String?
  private(set) var confidence = Confidence.ambiguous
  private(set) var why = ""
  private(set) var evidence: [String] = []

  private let link: FaultyLink
  private let target: KnownImage
  private let known: RepairEvidence
  /// Bases that images will name when the steps before have run.
  private var planned: [Int64: KnownBase]

  init(
    _ link: FaultyLink, _ target: KnownImage, _ known: RepairEvidence,
    planned: [Int64: KnownBase]
  ) {
    self.link = link
    self.target = target
    self.known = known
    self.planned = planned
  }

  func choose() -> FormatChoice {
    var choice = self
    choice.weigh()
    // Whoever plans adds to it, and would copy it for each choice that still holds it.
    choice.planned = [:]
    return choice
  }

  private mutating func weigh() {
    let detected = target.format
    if target.fault != nil {
      confidence = .manual
      why = "the target has an invalid header; restore it from a backup first"
      return
    }
    if target.findings.contains(.headerAppeared) || target.findings.contains(.headerVanished) {
      confidence = .manual
      why = "the target's header has changed; check it before recording a format"
      return
    }
    let claims = otherClaims()
    for claim in claims { evidence.append("\(claim.inWords) \(claim.format)") }
    if let recorded = link.statedFormat { return weigh(recorded: recorded, detected, claims) }
    if claims.contains(where: { $0.format != detected }) {
      why = "the target's header shows \(detected), but other overlays record a different format"
    } else if let best = claims.first {
      take(.certain, "\(best.inWords) \(detected), and the target's header shows it")
    } else {
      weighDetected()
    }
  }

  /// The image records a format itself.
  private mutating func weigh(recorded: String, _ detected: String, _ claims: [FormatClaim]) {
    evidence.append("the image records \(recorded), the target's header shows \(detected)")
    let others = claims.filter { !$0.isOwn }
    if recorded == detected {
      guard others.allSatisfy({ $0.format == detected }) else {
        return why = "other overlays do not record \(detected) for the target"
      }
      return take(.certain, "the image records \(recorded), and the target's header shows it")
    }
    if recorded == "vpc", target.isFixedVHD, others.allSatisfy({ $0.format == recorded }) {
      (format, confidence) = (recorded, .certain)
      why = "the image records vpc, and the target is a fixed VHD, which has its header at the end"
      return
    }
    let contradicts = others.contains { $0.format != detected }
    if let own = claims.first(where: \.isOwn), own.format == detected, !contradicts {
      return take(.certain, "\(own.inWords) \(detected), and the target's header shows it")
    }
    if let other = others.first, !contradicts {
      return take(.likely, "\(other.inWords) \(detected), and the target's header shows it")
    }
    why =
      recorded == "raw"
      ? "the image records raw, and a guest may have written the header that the target shows"
      : "the image records another format than the target's header shows, and there is no evidence which is right"
  }

  /// Nobody records anything: libvirt's rule says when the header may be believed (libvirt
  /// docs/kbase/backing_chains.rst, "Troubleshooting common setup problems").
  private mutating func weighDetected() {
    switch DetectedTrust(target, known, planned).verdict {
    case .raw: take(.certain, "the target is raw, so it cannot name another file")
    case .endsThere: take(.certain, "the target's header shows \(target.format) and names no base")
    case .baseIsTrusted:
      take(.certain, "the target's header shows \(target.format), and its own base is trusted")
    case .untrusted:
      format = target.format
      confidence = .ambiguous
      why =
        "the target's format is recorded nowhere, and its header names a base that is not trusted"
    }
  }

  private mutating func take(_ confidence: Confidence, _ why: String) {
    format = target.format
    self.confidence = confidence
    self.why = why
  }

  /// Who else records a format for the target, the image's own past first.
  private func otherClaims() -> [FormatClaim] {
    var claims = link.earlierFormats[target.id].map { [$0] } ?? []
    for claim in target.claims {
      guard case .overlays(let path, let count) = claim.source,
        claim.format == link.statedFormat
      else {
        claims.append(claim)
        continue
      }
      // The image itself is one of them.
      if count > 1 {
        claims.append(
          FormatClaim(format: claim.format, source: .overlays(path, count: count - 1)))
      }
    }
    return claims
  }
}

extension FormatClaim {
  /// Whether the image itself recorded it.
  fileprivate var isOwn: Bool {
    if case .earlier = source { true } else { false }
  }
}

/// Whether a format that nobody records may be taken from the image's header.
struct DetectedTrust {
  /// Why, or why not.
  enum Verdict { case raw, endsThere, baseIsTrusted, untrusted }

  let verdict: Verdict

  init(_ image: KnownImage, _ known: RepairEvidence, _ planned: [Int64: KnownBase]) {
    var seen: Set<Int64> = []
    var current: KnownImage? = image
    var isTop = true
    while let next = current, seen.insert(next.id).inserted {
      if next.fault != nil || !next.findings.isDisjoint(with: Self.doubts) { break }
      if next.format == "raw" {
        verdict = isTop ? .raw : .baseIsTrusted
        return
      }
      guard let base = planned[next.id] ?? next.base else {
        verdict = isTop ? .endsThere : .baseIsTrusted
        return
      }
      guard base.state == .ok, let id = base.image, let below = known.images[id] else { break }
      if let recorded = base.recordedFormat {
        guard recorded == below.format else { break }
        verdict = .baseIsTrusted
        return
      }
      isTop = false
      current = below
    }
    verdict = .untrusted
  }

  private static let doubts = Rule.kinds(.doubtsFormat)
}
