import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  /// What overlays stand on, against what they were made on.
  static let bases = [
    KindStory(
      kind: .baseModified, subject: "base",
      well: ScriptedNight(
        files: { [$0.disk("base"), $0.disk("top", on: "base")] }, contents: ["base": 10]),
      ill: ScriptedNight(files: { [$0.disk("base", at: 2)] }, contents: ["base": 20]),
      healed: ScriptedNight(files: { [$0.disk("base", at: 3)] }, contents: ["base": 10]),
      // Only its times are others.
      harmless: ScriptedNight(files: { [$0.disk("base", at: 2)] }, contents: ["base": 10]),
      message: """
        '/pool/base' has changed after its only overlay '/pool/top' was made on it; if a commit of \
        that overlay into it did not finish, nothing is lost and both have the same content (check \
        with 'qemu-img compare -U -f qcow2 -F qcow2 /pool/base /pool/top'), and restoring the old \
        content would lose what was written; otherwise restore its old content, or create the \
        overlay again.
        """, isOfChange: true),
    KindStory(
      kind: .backingChanged, subject: "top",
      well: ScriptedNight(
        files: { [$0.disk("base"), $0.disk("other"), $0.disk("top", on: "base")] },
        contents: ["base": 10, "other": 20]),
      ill: ScriptedNight(
        files: { [$0.disk("top", on: "other", at: 2)] }, contents: ["base": 10, "other": 20]),
      healed: ScriptedNight(
        files: { [$0.disk("top", on: "base", at: 3)] }, contents: ["base": 10, "other": 20]),
      // The same content under another name.
      harmless: ScriptedNight(
        files: { [$0.disk("copy"), $0.disk("top", on: "copy", at: 2)] },
        contents: ["base": 10, "other": 20, "copy": 10]),
      message: """
        '/pool/top' was made on '/pool/base' and its header now names '/pool/other', which has \
        other content; let 'backstory repair /pool/top' print the command that sets it back, or the \
        guest sees corrupt data.
        """, isOfChange: true),
  ]

  /// Chains as a whole.
  static let chains = [
    KindStory(
      kind: .backingLoop, subject: "a",
      well: ScriptedNight(files: { [$0.disk("a", on: "b"), $0.disk("b")] }),
      ill: ScriptedNight(files: { [$0.disk("b", on: "a", at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("b", at: 3)] }),
      // Two ways down to one image are no cycle.
      harmless: ScriptedNight(files: { [$0.disk("c", on: "b"), $0.disk("d", on: "c")] }),
      message: """
        '/pool/a' is in a cycle of 2 images that back each other; no machine can start from it \
        until one of them has another base.
        """, besides: ["backing-loop b"]),
    KindStory(
      kind: .chainTooDeep, subject: "i3",
      well: ScriptedNight(files: { chain($0, 3) }, maxDepth: 3),
      ill: ScriptedNight(files: { [$0.disk("i3", on: "i2")] }, maxDepth: 3),
      healed: ScriptedNight(gone: ["i3"], maxDepth: 3),
      harmless: ScriptedNight(files: { [$0.disk("i3", on: "i1")] }, maxDepth: 3),
      message: """
        The chain of '/pool/i3' is 4 images long, and 3 were allowed when this was first seen; let \
        'backstory repair /pool/i3' print what shortens it.
        """),
    query(.error), query(.warning), query(.info),
  ]

  private static func chain(_ pool: ScriptedPool, _ length: Int) -> [SeenFile] {
    (0..<length).map { pool.disk("i\($0)", on: $0 == 0 ? nil : "i\($0 - 1)") }
  }

  /// What the configuration asks for.
  private static func query(_ severity: Severity) -> KindStory {
    let asked = SavedQuery(
      name: "big",
      sql:
        "SELECT image_id, 'it is big' AS message FROM current_images WHERE virtual_size > 1048576",
      severity: severity)
    return KindStory(
      kind: FindingKind(rawValue: "query-\(severity.rawValue)"), subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }, queries: [asked]),
      ill: ScriptedNight(
        files: { [$0.disk("disk", at: 2) { $0.virtualSize = 2 << 20 }] }, queries: [asked]),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }, queries: [asked]),
      // Nobody asks.
      harmless: ScriptedNight(files: { [$0.disk("disk", at: 2) { $0.virtualSize = 2 << 20 }] }),
      message: "Query 'big' of the configuration finds '/pool/disk': it is big")
  }
}
