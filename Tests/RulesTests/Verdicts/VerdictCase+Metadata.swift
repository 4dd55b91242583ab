import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension VerdictCase {
  private static let transient = Said.disk("top") { $0.isTransient = true }

  private static func leftover(
    of machine: String, isInUse: Bool = false
  ) -> @Sendable (ScriptedPool) -> [SeenFile] {
    { pool in
      var left = pool.disk("top.TRANSIENT-\(machine)", on: "top")
      left.isInUse = isInUse
      return [pool.disk("top"), left]
    }
  }

  /// What stands where libvirt wants to put an overlay of its own.
  static let ofTransients: [VerdictCase] = [
    VerdictCase(
      "the overlay of a run that ended badly",
      ScriptedNight(
        files: leftover(of: "web"), machines: [Said.machine("web", [transient])]),
      finds: "transient-leftover web"),
    VerdictCase(
      "that of another machine",
      ScriptedNight(files: leftover(of: "db"), machines: [Said.machine("web", [transient])])),
    VerdictCase(
      "it is open",
      ScriptedNight(
        files: leftover(of: "web", isInUse: true),
        machines: [Said.machine("web", [transient])])),
    VerdictCase(
      "the disk is not transient, and the machine writes to what the overlay stands on",
      ScriptedNight(
        files: leftover(of: "web"), machines: [Said.machine("web", [Said.disk("top")])]),
      finds: "base-in-use web"),
    VerdictCase(
      "there is none",
      ScriptedNight(
        files: { [$0.disk("top")] }, machines: [Said.machine("web", [transient])])),
  ]

  /// A machine of which metadata say what is inside its disk.
  private static func expecting(
    _ kind: DomainUse.Expectation.Kind, _ names: String..., disk: String = "disk"
  ) -> [SeenDomain] {
    var machine = Said.machine("web", [Said.disk(disk)])
    machine.expectations = [
      "vda": names.map { .init(kind: kind, name: $0, owner: $0) }
    ]
    return [machine]
  }

  /// What metadata expect inside the images of a chain.
  static let ofExpectations: [VerdictCase] = [
    VerdictCase(
      "the snapshot is there",
      ScriptedNight(
        files: { [$0.holding(snapshots: "s1")] }, machines: expecting(.snapshot, "s1"))),
    VerdictCase(
      "it is not",
      ScriptedNight(files: { [$0.disk("disk")] }, machines: expecting(.snapshot, "s1")),
      finds: "snapshot-missing web"),
    VerdictCase(
      "one of two is not: the disk is told once",
      ScriptedNight(
        files: { [$0.holding(snapshots: "s1")] }, machines: expecting(.snapshot, "s1", "s2")),
      finds: "snapshot-missing web"),
    VerdictCase(
      "a bitmap of that name is no snapshot",
      ScriptedNight(
        files: { [$0.holding(bitmaps: "s1")] }, machines: expecting(.snapshot, "s1")),
      finds: "snapshot-missing web"),
    VerdictCase(
      "the base has it",
      ScriptedNight(
        files: { [$0.holding(snapshots: "s1"), $0.disk("over", on: "disk")] },
        machines: expecting(.snapshot, "s1", disk: "over"))),
    VerdictCase(
      "the base is gone, and may have had it",
      ScriptedNight(
        files: { [$0.disk("over", on: "disk")] },
        machines: expecting(.snapshot, "s1", disk: "over")),
      finds: "backing-missing over"),
    VerdictCase(
      "an image whose header is spoilt may have it",
      ScriptedNight(
        files: { [$0.disk("disk") { $0.fault = .truncated(offset: 4, needed: 8) }] },
        machines: expecting(.snapshot, "s1")),
      finds: "header-malformed disk"),
    VerdictCase(
      "somebody has the image open",
      ScriptedNight(
        files: { pool in
          var disk = pool.disk("disk")
          disk.isInUse = true
          return [disk]
        }, machines: expecting(.snapshot, "s1"))),
    VerdictCase(
      "the bitmap of a checkpoint is there",
      ScriptedNight(
        files: { [$0.holding(bitmaps: "c1")] }, machines: expecting(.bitmap, "c1"))),
    VerdictCase(
      "the bitmap of a checkpoint is not",
      ScriptedNight(files: { [$0.holding(bitmaps: "c2")] }, machines: expecting(.bitmap, "c1")),
      finds: "checkpoint-bitmap-missing web"),
    VerdictCase(
      "nothing is expected",
      ScriptedNight(
        files: { [$0.disk("disk")] }, machines: [Said.machine("web", [Said.disk("disk")])])),
  ]

  /// Images that bear one UUID.
  static let ofIdentities: [VerdictCase] = [
    VerdictCase("each has its own, and the child finds its parent") {
      [$0.vdi("parent", "u1"), $0.vdi("child", "u2", on: "u1")]
    },
    VerdictCase("a copy of a base that nobody stands on") {
      [$0.vdi("a", "u1"), $0.vdi("b", "u1")]
    },
    VerdictCase("no image has a UUID") { [$0.disk("a"), $0.disk("b")] },
  ]
}
