internal import DiskImage
internal import Model
internal import Query
internal import Rules

/// What only a person can do: formats whose references `qemu-img` does not write. What stands where, and
/// the edit that would do, is shown.
struct ManualRepair {
  private let link: FaultyLink
  private let holder: KnownImage
  private let place: PathBytes
  private let known: RepairEvidence
  private let now: LiveImages

  init(
    _ link: FaultyLink, _ holder: KnownImage, _ place: PathBytes, _ known: RepairEvidence,
    _ now: LiveImages
  ) {
    self.link = link
    self.holder = holder
    self.place = place
    self.known = known
    self.now = now
  }

  func step(_ drafted: RepairStepBuilder) -> RepairStep {
    var draft = drafted
    if link.findings.contains(where: { $0.kind == .parentMismatch }) {
      return draft.manual(
        "the parent is not in the state that the image was made on; restore that state from a backup, because nothing else makes the image correct again"
      )
    }
    guard let standing else {
      let others = others.map(\.image)
      guard !others.isEmpty else {
        return draft.manual(link.lossInWords + "; restore it from a backup")
      }
      draft.candidates = others.compactMap(\.places.first)
      draft.evidence += others.flatMap { image in
        image.places.prefix(1).map { "image #\(image.id), \(image.format), is at '\($0)'" }
      }
      return draft.end(.ambiguous, link.lossInWords + ", and no candidate is proven")
    }
    let places =
      link.former.flatMap { $0.image == standing.id ? $0.places : nil } ?? standing.places
    draft.candidates = places
    let target = places.first ?? ""
    draft.evidence.append("image #\(standing.id), \(standing.format), is at '\(target)'")
    switch (link.role, holder.format) {
    case (.extent, _): return draft.manual(extentEdit(target), putBack(target))
    case (_, "vmdk"): return draft.manual(parentEdit(target), putBack(target))
    case (_, "vpc"), (_, "vhdx"), (_, "vdi"):
      return draft.manual(
        "qemu-img can neither write nor read the base of a \(holder.format) image; put the base back, or let the program that made the image connect the two again",
        putBack(target))
    default:
      let own = holder.format
      return draft.manual(
        "qemu-img cannot write the base of a \(own) image; put the base back, list the chain in the domain's XML, or convert the image to qcow2",
        putBack(target) + conversion(over: target, as: standing.format))
    }
  }

  /// The image that the link led to, or the only one that may be meant, where more than its content speaks for it.
  private var standing: KnownImage? {
    if let former = link.former, !former.places.isEmpty { return known.images[former.image] }
    guard others.count == 1, let only = others.first, only.candidate.isNamed,
      link.mayMean(only.image)
    else { return nil }
    return only.image
  }

  /// What else may be meant. An extent is a part of a disk, and has the size that its descriptor says.
  private var others: [(candidate: RepairCandidate, image: KnownImage)] {
    link.candidates.compactMap { candidate in
      known.images[candidate.image].map { (candidate: candidate, image: $0) }
    }.filter { !$0.image.places.isEmpty && (link.role != .extent || link.mayMean($0.image)) }
  }

  /// Moves the target to where the image looks for it, where that can be: what was made on another host
  /// names directories of that one.
  private func putBack(_ target: PathBytes) -> [Command] {
    guard let path = link.target.path.map({ PathBytes($0) }) else { return [] }
    return now.isThere(path.directory) ? [Command(["mv", "-n", target, path])] : []
  }

  private func conversion(over base: PathBytes, as format: String) -> [Command] {
    guard link.role == .backing, holder.format == "qcow" else { return [] }
    return [
      QemuImg.convert(
        place, of: holder.format, over: base, as: format, to: place.adding(".qcow2"))
    ]
  }

  private func extentEdit(_ target: PathBytes) -> String {
    "put the extent back, or edit the descriptor '\(place)': the line for the extent '\(PathBytes(link.stored))' must name '\(target)'"
  }

  private func parentEdit(_ target: PathBytes) -> String {
    "put the parent back, or edit the descriptor in '\(place)': parentFileNameHint=\"\(target)\", "
      + "and leave parentCID as it is"
  }
}
