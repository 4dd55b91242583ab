internal import DiskImage
internal import Host
public import Model
public import Query
public import Rules

/// What a person may do about an image whose header says a longer name of its base than QEMU opens: no
/// `qemu-img` touches it, so the name from before is written into the header, where the name stands now.
public struct OverlongName {
  /// Findings that it has an answer to.
  public static let kinds: Set<FindingKind> = [.headerMalformed]

  /// The advice for a finding about such an image.
  /// - Returns: `nil` where the header is spoilt otherwise, or no scan saw a name in it.
  public static func step(for finding: Finding, _ earlier: EarlierBase) -> RepairStep? {
    guard let image = finding.filename, let number = finding.imageID else { return nil }
    var step = RepairStep(
      filename: image, imageID: number, format: earlier.holderFormat, findings: [finding],
      confidence: .manual, evidence: ["it named \(earlier.inWords)"],
      why:
        "the name of its base is longer than QEMU accepts; with the previous name the image can be opened, unless it was given another base since"
    )
    guard ["qcow2", "qcow"].contains(earlier.holderFormat),
      earlier.stored.count <= StoredPath.longest
    else { return step }
    let now: LiveImage
    do throws(HostFault) { now = try LiveImage(reading: image) } catch {
      step.evidence.append("the image cannot be read now: \(error.reason)")
      return step
    }
    guard let offset = try? HeaderBytes(now.head).bigEndian(UInt64.self, at: 8), offset > 0,
      offset < UInt64(now.head.count)
    else { return step }
    step.isInUse = now.isInUse
    step.guards = [now.guarding]
    step.commands = [
      write(earlier.stored, at: offset, into: image),
      write(bigEndian(UInt32(earlier.stored.count)), at: lengthOffset, into: image),
    ]
    return step
  }

  /// Bytes from the start of a qcow or qcow2 image (QEMU docs/interop/qcow2.rst, `backing_file_size`).
  private static let lengthOffset: UInt64 = 16

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// Bytes as octal numbers, so that no shell and no terminal gives them a meaning.
  private static func write(
    _ bytes: [UInt8], at offset: UInt64, into image: PathBytes
  ) -> Command {
    let octal = bytes.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
    let script =
      "printf '\(octal)' | dd of=\"$0\" bs=1 seek=\(offset) conv=notrunc status=none"
    return Command(["sh", "-c", PathBytes(script), image])
  }
}
