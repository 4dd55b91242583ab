import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  /// Links that lead nowhere, or where nobody looks.
  static let links = [
    KindStory(
      kind: .backingMissing, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(gone: ["base"]),
      healed: ScriptedNight(files: { [$0.disk("base")] }),
      // Where nobody could look nothing is missing.
      harmless: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base")] }, unseen: ["/away/base"]),
      message: """
        The base '/pool/base' of '/pool/top' is missing; put it back, or let 'backstory repair \
        /pool/top' print where it may be now.
        """),
    KindStory(
      kind: .backingUnreadable, subject: "top",
      well: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base")] }, outside: ["/away/base"]),
      ill: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base", at: 2)] }, unreadable: ["/away/base"]),
      healed: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base", at: 3)] }, outside: ["/away/base"]),
      harmless: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base")] }, outside: ["/away/base"]),
      message: """
        The base '/away/base' of '/pool/top' exists and cannot be read; grant read permission to \
        the user running the scan, or, if the base is not a regular file, rebase the overlay.
        """),
    KindStory(
      kind: .backingInvalid, subject: "top",
      well: ScriptedNight(files: { [$0.disk("12:30"), $0.disk("top", on: "./12:30")] }),
      ill: ScriptedNight(files: { [$0.disk("top", on: "12:30", at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("top", on: "./12:30", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.disk("top", on: "/pool/12:30")] }),
      message: """
        The base name '12:30' of '/pool/top' is invalid for libvirt: unknown protocol '12'; name \
        the base by its path (a file with a colon in its name as './NAME'), or let 'backstory \
        repair /pool/top' print the candidates.
        """),
    KindStory(
      kind: .dataFileMissing, subject: "disk",
      well: ScriptedNight(files: {
        [$0.raw("data.raw"), $0.part(.dataFile, "data.raw", of: "disk")]
      }),
      ill: ScriptedNight(gone: ["data.raw"]),
      healed: ScriptedNight(files: { [$0.raw("data.raw")] }),
      harmless: ScriptedNight(
        files: { [$0.part(.dataFile, "/away/data.raw", of: "disk")] }, unseen: ["/away/data.raw"]),
      message: """
        The data file '/pool/data.raw' of '/pool/disk' is missing; put it back: the image has no \
        data without it.
        """),
    KindStory(
      kind: .extentMissing, subject: "disk",
      well: ScriptedNight(files: {
        [$0.raw("disk-f001"), $0.part(.extent, "disk-f001", of: "disk")]
      }),
      ill: ScriptedNight(gone: ["disk-f001"]),
      healed: ScriptedNight(files: { [$0.raw("disk-f001")] }),
      harmless: ScriptedNight(
        files: { [$0.part(.extent, "/away/f001", of: "disk")] }, unseen: ["/away/f001"]),
      message: """
        The extent '/pool/disk-f001' of '/pool/disk' is missing; put it back beside its descriptor.
        """),
    KindStory(
      kind: .backingOutsidePools, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(
        files: { [$0.disk("top", on: "/away/base", at: 2)] }, outside: ["/away/base"]),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.disk("top", on: "/pool/../pool/base")] }),
      message: """
        The base '/away/base' of '/pool/top' is outside the scanned pools; scan its directory too, \
        so that its loss is noticed.
        """),
    KindStory(
      kind: .backingRemote, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(files: { [$0.disk("top", on: "nbd://host/export", at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.disk("top", on: "file:/pool/base")] }),
      message: """
        The chain of '/pool/top' continues at 'nbd://host/export', which is not scanned; check it \
        there.
        """),
    KindStory(
      kind: .backingNameLong, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(files: { [$0.disk("top", on: longName(895), at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base", at: 3)] }),
      harmless: ScriptedNight(files: { [$0.disk("top", on: longName(894))] }),
      message: """
        The backing name of '/pool/top' is 895 bytes long and QEMU allows 1023; let 'backstory \
        repair /pool/top' print the rebase that shortens it before it gets too long.
        """),
  ]

  /// A name of the base of so many bytes.
  private static func longName(_ length: Int) -> String {
    String(repeating: "./", count: (length - 4) / 2) + (length % 2 == 0 ? "" : "/") + "base"
  }
}

extension ScriptedPool {
  /// An image with a part of it in another file.
  func part(_ role: ReferenceRole, _ stored: String, of name: String) -> SeenFile {
    disk(name) { $0.references = [StoredReference(role: role, stored: Array(stored.utf8))] }
  }
}
