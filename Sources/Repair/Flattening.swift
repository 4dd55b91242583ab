internal import DiskImage
public import Inventory

/// What a person may do about a chain that is too long, or about an overlay that nobody uses: the command,
/// and the space that it needs.
public struct Flattening {
  /// Findings that it has an answer to.
  public static let kinds: Set<FindingKind> = [.chainTooDeep, .chainLeftover]

  /// The advice for a finding.
  /// - Parameter chain: the image and everything under it, top first.
  /// - Returns: `nil` where there is nothing to flatten.
  public static func step(for finding: FindingAnswer, _ chain: [ImageAnswer]) -> RepairStep? {
    guard let top = chain.first, let id = top.imageID, let base = chain.last, chain.count > 1 else {
      return nil
    }
    let isLeftover = finding.kind == .chainLeftover
    // What is copied into the top is at most what the images between it and its new base hold.
    let copied = isLeftover ? chain.dropFirst() : chain.dropFirst().dropLast()
    let space = copied.reduce(into: UInt64(0)) { sum, image in
      sum = sum.addingReportingOverflow(image.actualSize ?? 0).partialValue
    }
    var step = RepairStep(
      filename: top.filename, imageID: id, format: top.format, findings: [finding],
      confidence: .manual,
      evidence: chain.map { "'\($0.filename)', \($0.format), \($0.actualSize ?? 0) bytes on disk" },
      why: isLeftover
        ? "move it away with 'backstory orphans --script' if nobody misses it, or make it stand alone: "
          + "that needs up to \(space) bytes; do not commit it, its base has other overlays"
        : "with its data copied over what lies between, it can stand on the lowest image alone: that "
          + "needs up to \(space) bytes, and the machine has to be shut down")
    guard QemuImg.canRebase(top.format) else { return step }
    step.commands = [
      isLeftover
        ? QemuImg.standAlone(top.filename, of: top.format)
        : QemuImg.rebaseWithData(
          top.filename, of: top.format, to: base.filename, as: base.format)
    ]
    step.isInUse = top.isInUse ?? false
    return step
  }
}
