internal import DiskImage
internal import Host
internal import Model
internal import Query
internal import Rules

/// A step while it is planned.
struct RepairStepBuilder {
  var evidence: [String] = []
  var candidates: [PathBytes] = []
  private var moreCandidates = 0
  private(set) var isInUse = false
  private var isUnread = false

  private let link: FaultyLink
  private let place: PathBytes
  private let format: String
  private var guards: [Guard] = []
  private var headerLength = 0
  private var knownNames = 1
  private var hasBitmaps = false
  private var commands: [Command] = []
  private var undo: [Command] = []
  private var planned: PlannedReference?

  init(_ link: FaultyLink, at place: PathBytes, format: String) {
    self.link = link
    self.place = place
    self.format = format
    for finding in link.findings {
      guard let cause = finding.cause else { continue }
      evidence.append("\(cause.kind.rawValue): \(cause.evidence)")
    }
  }

  /// Takes over what speaks for a target, and what else may be meant.
  mutating func take(_ target: TargetChoice) {
    evidence += target.evidence
    candidates = target.candidates
    moreCandidates = target.moreCandidates
    isUnread = target.isUnread
  }

  /// What a fault means for the step; that nothing is there is for the next scan.
  mutating func objection(_ fault: HostFault, _ subject: String) -> String {
    isUnread = !fault.isMissing
    return "\(subject) cannot be read now: \(fault.reason); scan again"
  }

  // MARK: What is there now

  /// Reads the image itself: it must still say what the scan saw.
  /// - Returns: what forbids to touch it.
  mutating func look(at now: LiveImages, _ holder: KnownImage) -> String? {
    switch now.image(place) {
    case .failure(let fault): return objection(fault, "it")
    case .success(let image):
      guard image.format.rawValue == holder.format,
        let reference = image.references[link.role, stored: link.stored],
        reference.recordedFormat.map({ String(decoding: $0, as: UTF8.self) })
          == link.recordedFormat
      else { return "it has changed since the last scan; scan again" }
      guard image.mark == holder.file else {
        return "the path has another file than in the last scan; scan again"
      }
      knownNames = holder.places.count
      hasBitmaps = image.hasBitmaps
      isInUse = image.isInUse || holder.isInUse
      headerLength = image.guarding.length
      guards.append(image.guarding)
      evidence.append(
        isInUse
          ? "the image is in use: shut its machine down first, and scan again"
          : "no process has the image open")
      return nil
    }
  }

  /// Reads the target: it must be what the scan saw, and fit.
  mutating func look(
    atBase path: PathBytes, _ known: KnownImage, as format: String, _ now: LiveImages
  ) -> String? {
    switch now.image(path) {
    case .failure(let fault): return objection(fault, "'\(path)'")
    case .success(let image):
      let isAsRecorded = known.format == format || known.isFixedVHD && format == "vpc"
      guard image.format.rawValue == known.format, isAsRecorded else {
        return "'\(path)' does not show the format to be recorded; scan again"
      }
      if image.format != .raw, image.virtualSize != known.virtualSize {
        return "'\(path)' has another virtual size than in the last scan; scan again"
      }
      guards.append(image.guardingAll)
      let size = image.virtualSize.map { ", virtual size \($0) bytes" } ?? ""
      evidence.append("'\(path)' exists, its format is \(format)\(size)")
      return nil
    }
  }

  // MARK: What is to be done

  /// Plans a new backing reference.
  mutating func plan(_ stored: PathBytes, _ baseFormat: String) {
    commands = [QemuImg.rebase(place, of: format, to: stored, as: baseFormat)]
    planned = PlannedReference(role: .backing, stored: stored, format: baseFormat)
    if let old = link.recordedFormat, ReferenceTarget.redacting(link.stored) == link.stored {
      undo = [QemuImg.rebase(place, of: format, to: PathBytes(link.stored), as: old)]
    }
  }

  /// Plans a new place of the data.
  mutating func plan(dataFile stored: PathBytes, at path: PathBytes, hasBase: Bool) {
    commands = [QemuImg.amendDataFile(place, to: stored, at: path, hasBase: hasBase)]
    planned = PlannedReference(role: .dataFile, stored: stored, format: nil)
    undo = [
      QemuImg.amendDataFile(place, to: PathBytes(link.stored), at: path, hasBase: hasBase)
    ]
  }

  // MARK: The end

  /// The step; without a command nobody can take it.
  func end(_ confidence: Confidence, _ why: String) -> RepairStep {
    var step = RepairStep(
      filename: place, imageID: link.holder, format: format, findings: link.findings,
      confidence: confidence, evidence: evidence, why: why)
    step.commands = commands
    step.undo = undo
    step.planned = planned
    step.guards = guards
    step.headerLength = headerLength
    step.knownNames = knownNames
    step.isInUse = isInUse
    step.isUnread = isUnread
    step.hasBitmaps = hasBitmaps
    step.candidates = candidates
    step.moreCandidates = moreCandidates
    return step
  }

  /// A step that a person has to take; commands are what may help.
  func manual(_ why: String, _ commands: [Command] = []) -> RepairStep {
    var step = end(.manual, why)
    step.commands = commands
    step.undo = []
    step.planned = nil
    return step
  }
}
