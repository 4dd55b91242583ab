import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  /// What an image's own header says.
  static let headers = [
    KindStory(
      kind: .imageDirty, subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }),
      ill: ScriptedNight(files: { [$0.disk("disk", at: 2) { $0.isDirty = true }] }),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }),
      // Whoever has it open writes the bit.
      harmless: ScriptedNight(files: { pool in
        var disk = pool.disk("disk") { $0.isDirty = true }
        disk.isInUse = true
        return [disk]
      }),
      message: """
        '/pool/disk' was not closed cleanly and nothing has it open; with its machine off, \
        copy it and run 'qemu-img check -r all -f qcow2 /pool/disk'.
        """),
    KindStory(
      kind: .imageCorrupt, subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }),
      ill: ScriptedNight(files: { [$0.disk("disk", at: 2) { $0.isCorrupt = true }] }),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.disk("disk") { $0.isEncrypted = true }] }),
      message: """
        '/pool/disk' is marked as corrupt by QEMU; run 'qemu-img check -f qcow2 /pool/disk', and \
        restore it from a backup if that cannot repair it.
        """),
    KindStory(
      kind: .headerMalformed, subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }),
      ill: ScriptedNight(files: {
        [$0.disk("disk", at: 2) { $0.fault = .truncated(offset: 20, needed: 4) }]
      }),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.raw("disk")] }),
      message: """
        '/pool/disk' has an invalid header: the header needs 4 bytes at offset 20, beyond the end of \
        the file; restore the image from a backup.
        """),
    KindStory(
      kind: .unknownFeature, subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }),
      ill: ScriptedNight(files: {
        [$0.disk("disk", at: 2) { $0.unknownFeatures = ["incompatible bit 40"] }]
      }),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }),
      harmless: ScriptedNight(files: {
        [$0.disk("disk") { $0.formatSpecific = .object([FactField("compat", .text("9"))]) }]
      }),
      message: """
        '/pool/disk' uses unknown features (incompatible bit 40); information about it may be \
        incomplete: look at it with a newer qemu-img.
        """),
    KindStory(
      kind: .headerAppeared, subject: "disk",
      well: ScriptedNight(files: { [$0.raw("disk")] }),
      ill: ScriptedNight(files: { [$0.disk("disk", at: 2)] }),
      healed: ScriptedNight(files: { [$0.raw("disk")] }),
      // What is created again is shorter.
      harmless: ScriptedNight(files: { pool in
        var disk = pool.disk("disk", at: 2)
        disk.fileSize = 1000
        return [disk]
      }),
      message: """
        '/pool/disk' was raw and now has a qcow2 header; a guest may have written it: keep opening \
        it as raw until somebody has checked it.
        """, isOfChange: true),
    KindStory(
      kind: .headerVanished, subject: "disk",
      well: ScriptedNight(files: { [$0.disk("disk")] }),
      ill: ScriptedNight(files: { [$0.raw("disk")] }),
      healed: ScriptedNight(files: { [$0.disk("disk", at: 3)] }),
      // Another file in its place.
      harmless: ScriptedNight(files: { pool in
        var disk = pool.raw("disk")
        disk.inode = 5
        return [disk]
      }),
      message: """
        '/pool/disk' was qcow2 and its header is gone; stop its machine and look at its first \
        blocks before anything else writes to it.
        """, isOfChange: true),
  ]
}
