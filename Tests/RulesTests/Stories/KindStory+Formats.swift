import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  /// What images record of their bases, and what those are.
  static let formats = [
    KindStory(
      kind: .backingFormatUnrecorded, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(files: { [$0.disk("top", on: "base", format: nil, at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base", at: 3)] }),
      // The name itself says it.
      harmless: ScriptedNight(files: { [$0.disk("top", on: inName, format: nil)] }),
      message: """
        '/pool/top' does not record the format of its base '/pool/base'; let 'backstory repair \
        /pool/top' print what records it, because libvirt starts a machine with it only while the \
        base has no backing file of its own.
        """),
    KindStory(
      kind: .backingFormatMismatch, subject: "top",
      well: ScriptedNight(files: { [$0.disk("base"), $0.disk("top", on: "base")] }),
      ill: ScriptedNight(files: { [$0.disk("top", on: "base", format: "raw", at: 2)] }),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base", at: 3)] }),
      // A fixed VHD has its header at the end, and shows raw.
      harmless: ScriptedNight(files: { pool in
        var fixed = pool.disk("base") {
          $0 = ImageFacts(format: .raw)
          $0.content = "vpc-fixed"
        }
        fixed.hasDiskName = true
        return [fixed, pool.disk("top", on: "base", format: "vpc")]
      }),
      message: """
        '/pool/top' records the format raw for its base '/pool/base', whose header shows qcow2; \
        find out which is right before the machine starts again.
        """),
    KindStory(
      kind: .parentMismatch, subject: "child",
      well: ScriptedNight(files: {
        [$0.vmdk("parent", "aaaa"), $0.vmdk("child", "cccc", on: "aaaa")]
      }),
      ill: ScriptedNight(files: { [$0.vmdk("parent", "bbbb", at: 2)] }),
      healed: ScriptedNight(files: { [$0.vmdk("parent", "aaaa", at: 3)] }),
      // Of two states that it records one is enough.
      harmless: ScriptedNight(files: {
        [$0.vhdx("parent", "bbbb"), $0.vhdx("child", "cccc", on: "aaaa", "bbbb")]
      }),
      message: """
        The parent '/pool/parent' of '/pool/child' is not in the state that the image was made on; \
        restore the right parent, or the guest sees corrupt data.
        """),
    KindStory(
      kind: .identityDuplicate, subject: "copy",
      well: ScriptedNight(files: { [$0.vdi("parent", "u1"), $0.vdi("child", "u2", on: "u1")] }),
      ill: ScriptedNight(files: { [$0.vdi("copy", "u1")] }),
      healed: ScriptedNight(files: { [$0.vdi("copy", "u3", at: 3)] }),
      // They bear another one, by which nobody names a parent.
      harmless: ScriptedNight(files: { [$0.vdi("one", "u4"), $0.vdi("two", "u4")] }),
      message: """
        '/pool/copy' has the same UUID as '/pool/parent', by which a child names its parent; if it \
        is the copy and VirtualBox uses both, give it its own UUID with 'VBoxManage \
        internalcommands sethduuid'.
        """),
  ]

  private static let inName =
    #"json:{"driver":"qcow2","file":{"driver":"file","filename":"/pool/base"}}"#
}

extension ScriptedPool {
  func vmdk(_ name: String, _ own: String, on parent: String? = nil, at time: Int64 = 1000)
    -> SeenFile
  {
    child(.vmdk, name, own, on: parent.map { [$0] } ?? [], at: time)
  }

  func vhdx(_ name: String, _ own: String, on parents: String...) -> SeenFile {
    child(.vhdx, name, own, on: parents, at: 1000)
  }

  private func child(
    _ format: ImageFormat, _ name: String, _ own: String, on parents: [String], at time: Int64
  ) -> SeenFile {
    disk(name, at: time) { facts in
      facts = ImageFacts(format: format)
      facts.virtualSize = 1 << 20
      facts.identifiers =
        [ImageIdentifier(.own, own)] + parents.map { ImageIdentifier(.parent, $0) }
      if !parents.isEmpty {
        facts.references = [StoredReference(role: .backing, stored: Array("parent".utf8))]
      }
    }
  }

  /// An image of VirtualBox's, known by its UUID.
  func vdi(_ name: String, _ own: String, on parent: String? = nil, at time: Int64 = 1000)
    -> SeenFile
  {
    disk(name, at: time) { facts in
      facts = ImageFacts(format: .vdi)
      facts.virtualSize = 1 << 20
      facts.identifiers = [ImageIdentifier(.own, own)]
      if let parent {
        facts.identifiers.append(ImageIdentifier(.parent, parent))
        facts.references = [StoredReference(role: .parent, stored: Array(parent.utf8))]
      }
    }
  }
}
