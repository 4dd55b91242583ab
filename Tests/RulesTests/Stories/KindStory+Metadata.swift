import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  /// What the metadata of machines expect inside images, and beside them.
  static let metadata = [
    KindStory(
      kind: .checkpointBitmapMissing, subject: "web",
      well: ScriptedNight(
        files: { [$0.holding(bitmaps: "c1")] }, machines: expecting(.bitmap, "c1")),
      ill: ScriptedNight(files: { [$0.disk("disk", at: 2)] }, machines: expecting(.bitmap, "c1")),
      healed: ScriptedNight(
        files: { [$0.holding(bitmaps: "c1", at: 3)] }, machines: expecting(.bitmap, "c1")),
      // While it runs, its bitmaps are in QEMU's memory.
      harmless: ScriptedNight(
        files: { [$0.disk("disk", at: 2)] }, machines: expecting(.bitmap, "c1", isRunning: true)),
      message: """
        Checkpoint 'c1' of domain 'web' needs the bitmap 'c1', and no image in the chain of \
        '/pool/disk' has it: incremental backups fail; remove the metadata with 'virsh \
        checkpoint-delete --metadata web c1' and begin with a full backup.
        """),
    KindStory(
      kind: .snapshotMissing, subject: "web",
      well: ScriptedNight(
        files: { [$0.holding(snapshots: "s1")] }, machines: expecting(.snapshot, "s1")),
      ill: ScriptedNight(
        files: { [$0.holding(snapshots: "s2", at: 2)] }, machines: expecting(.snapshot, "s1")),
      healed: ScriptedNight(
        files: { [$0.holding(snapshots: "s2", "s1", at: 3)] }, machines: expecting(.snapshot, "s1")),
      // An image that cannot be read may have it.
      harmless: ScriptedNight(
        files: { [$0.disk("disk", at: 2) { $0.fault = .truncated(offset: 20, needed: 4) }] },
        machines: expecting(.snapshot, "s1")),
      message: """
        Snapshot 's1' of domain 'web' should be inside '/pool/disk', which does not have it, so \
        reverting to it fails; remove the metadata with 'virsh snapshot-delete --metadata web s1', \
        or restore the image from a backup that has it.
        """),
    KindStory(
      kind: .snapshotFileMissing, subject: "web",
      well: ScriptedNight(
        files: { [$0.disk("disk"), $0.raw("s1.mem")] }, machines: remembering("s1.mem")),
      ill: ScriptedNight(gone: ["s1.mem"], machines: remembering("s1.mem")),
      healed: ScriptedNight(files: { [$0.raw("s1.mem")] }, machines: remembering("s1.mem")),
      harmless: ScriptedNight(machines: remembering("/away/s1.mem"), unseen: ["/away/s1.mem"]),
      message: """
        '/pool/s1.mem', which snapshot 's1' of domain 'web' needs, is missing; if it was committed \
        or removed on purpose, remove the metadata with 'virsh snapshot-delete --metadata web s1'.
        """),
  ]

  /// A machine of which metadata say what is inside its disk.
  private static func expecting(
    _ kind: DomainUse.Expectation.Kind, _ name: String, isRunning: Bool = false
  ) -> [SeenDomain] {
    var definition = Said.machine("web", [Said.disk("disk")])
    definition.expectations = ["vda": [.init(kind: kind, name: name, owner: name)]]
    let live = Said.machine("web", [Said.disk("disk", document: .live)], isRunning: true)
    return isRunning ? [definition, live] : [definition]
  }

  /// A machine with a snapshot whose memory is in a file of its own.
  private static func remembering(_ file: String) -> [SeenDomain] {
    [
      Said.machine("web", [Said.disk("disk")]),
      Said.machine(
        "web",
        [
          Said.disk(
            file, format: nil, role: .memory, part: "overlay", document: .snapshot, file: "s1"
          ) {
            $0.target = nil
            $0.device = nil
          }
        ]),
    ]
  }
}

extension ScriptedPool {
  /// An image with dirty bitmaps.
  func holding(bitmaps names: String..., at time: Int64 = 1000) -> SeenFile {
    disk("disk", at: time) { facts in
      let bitmaps = names.map { FactValue.object([FactField("name", .text($0))]) }
      facts.formatSpecific = .object([
        FactField("type", .text("qcow2")),
        FactField("data", .object([FactField("bitmaps", .list(bitmaps))])),
      ])
    }
  }

  /// An image with internal snapshots.
  func holding(snapshots names: String..., at time: Int64 = 1000) -> SeenFile {
    disk("disk", at: time) { facts in
      facts.snapshots = names.map {
        ImageSnapshot(
          id: $0, name: $0, machineStateSize: 0, date: (seconds: 1, nanoseconds: 0), guestClock: 0)
      }
    }
  }
}
