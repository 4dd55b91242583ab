internal import DiskImage
public import Model
public import Query
internal import Rules

/// What a person may do about a chain that is too long, or about an overlay that nobody uses: the command,
/// and the space that it needs.
public struct CommitAdvice {
  /// Findings that it has an answer to.
  public static let kinds = Rule.kinds(.isFlattened)

  /// The advice for a finding about the image at the top of a chain.
  /// - Returns: `nil` where the image has no number.
  public static func step(for finding: Finding, _ chain: ChainSummary) -> RepairStep? {
    let (top, base) = (chain.top, chain.lowest)
    guard let id = top.imageID else { return nil }
    let isLeftover = finding.kind == .chainLeftover
    // What is copied into the top is at most what the images between it and its new base hold.
    let kept = isLeftover ? 0 : base.actualSize ?? 0
    let space = chain.sizeBelow.subtractingReportingOverflow(kept).partialValue
    var step = RepairStep(
      filename: top.filename, imageID: id, format: top.format, findings: [finding],
      confidence: .manual,
      evidence: [
        "\(chain.count) images, \(top.actualSize ?? 0) bytes on disk in this one and \(chain.sizeBelow) in those below it",
        "the lowest is '\(base.filename)', \(base.format), \(base.actualSize ?? 0) bytes on disk",
      ],
      why: isLeftover
        ? "move it away with 'backstory orphans --script', or flatten it, which needs up to \(space) bytes; do not commit it, because its base has other overlays"
        : "with the data of the images in between copied into it, it can use the lowest image as its base: this needs up to \(space) bytes, and the machine must be shut down"
    )
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
