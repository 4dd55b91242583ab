import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension KindStory {
  private static let pair: @Sendable (ScriptedPool) -> [SeenFile] = {
    [$0.disk("base"), $0.disk("top", on: "base")]
  }
  private static let web = [Said.machine("web", [Said.disk("top")])]

  /// What machines use, against what is there.
  static let disks = [
    KindStory(
      kind: .domainImageMissing, subject: "web",
      well: ScriptedNight(files: pair, machines: web),
      ill: ScriptedNight(gone: ["top"], machines: web),
      healed: ScriptedNight(files: { [$0.disk("top", on: "base")] }, machines: web),
      // A drive may be empty when the machine starts.
      harmless: ScriptedNight(
        gone: ["top"],
        machines: [Said.machine("web", [Said.disk("top") { $0.startupPolicy = "optional" }])]),
      message: """
        '/pool/top', which domain 'web' uses, is missing; put it back, or change the domain with \
        'virsh edit web' before starting it; its base was '/pool/base', and going back to that \
        loses what was written since.
        """),
    KindStory(
      kind: .domainFormatMismatch, subject: "web",
      well: ScriptedNight(files: pair, machines: web),
      ill: ScriptedNight(machines: [Said.machine("web", [Said.disk("top", format: "raw")])]),
      healed: ScriptedNight(machines: web),
      harmless: ScriptedNight(machines: [Said.machine("web", [Said.disk("top", format: nil)])]),
      message: """
        Domain 'web' opens '/pool/top' as raw, and its header shows qcow2; find out which is true, \
        and correct the domain or the image before it is started.
        """),
    KindStory(
      kind: .domainChainMismatch, subject: "web",
      well: ScriptedNight(files: pair, machines: [spelled("base")]),
      ill: ScriptedNight(files: { [$0.disk("other")] }, machines: [spelled("other")]),
      healed: ScriptedNight(machines: [spelled("base")]),
      harmless: ScriptedNight(machines: web),
      message: """
        The chain in the XML of domain 'web' differs from the headers, from '/pool/other' on; \
        compare it with 'backstory xml --domain web' and correct it.
        """),
    KindStory(
      kind: .domainChainRefused, subject: "web",
      well: ScriptedNight(
        files: { pair($0) + [$0.disk("high", on: "top")] },
        machines: [Said.machine("web", [Said.disk("high")])]),
      ill: ScriptedNight(
        files: { [$0.disk("high", on: "file:/pool/top", at: 2)] },
        machines: [Said.machine("web", [Said.disk("high")])]),
      healed: ScriptedNight(
        files: { [$0.disk("high", on: "top", at: 3)] },
        machines: [Said.machine("web", [Said.disk("high")])]),
      // The XML spells out what the header leaves open.
      harmless: ScriptedNight(
        files: { [$0.disk("high", on: "file:/pool/top", at: 2)] },
        machines: [
          Said.machine(
            "web",
            [
              Said.disk("high") { $0.isContinued = true },
              Said.disk("top", level: 1, role: .backing),
            ])
        ]),
      message: """
        Domain 'web' cannot start with its disk vda, because libvirt refuses the base of \
        '/pool/high': it does not support 'file:' before a name; put what 'backstory xml --domain \
        web --target vda' prints into the domain, or name the base by its path alone with 'qemu-img \
        rebase -u -f qcow2 -F qcow2 -b /pool/top /pool/high'.
        """),
    KindStory(
      kind: .baseInUse, subject: "web",
      well: ScriptedNight(files: pair, machines: web),
      ill: ScriptedNight(machines: [Said.machine("web", [Said.disk("base")])]),
      healed: ScriptedNight(machines: web),
      harmless: ScriptedNight(machines: [
        Said.machine("web", [Said.disk("base") { $0.isReadOnly = true }])
      ]
      ),
      message: """
        '/pool/base' is a writable disk of domain 'web', and 1 overlay depends on it; whatever the \
        guest writes corrupts them: give the domain an overlay of its own, or remove overlays that \
        a commit left behind.
        """),
    KindStory(
      kind: .sharedWritable, subject: "top",
      well: ScriptedNight(files: pair, machines: web),
      ill: ScriptedNight(machines: [web[0], Said.machine("db", [Said.disk("top", of: "db")])]),
      healed: ScriptedNight(machines: web),
      harmless: ScriptedNight(machines: [
        Said.machine("web", [Said.disk("top") { $0.isShareable = true }]),
        Said.machine("db", [Said.disk("top", of: "db") { $0.isShareable = true }]),
      ]),
      message: """
        '/pool/top' is written to by the domains 'db', 'web', and they do not mark it as shared; \
        give each its own image, or mark the disks as <shareable/> if the guests coordinate their \
        access.
        """),
    KindStory(
      kind: .chainLeftover, subject: "left",
      well: ScriptedNight(files: pair, machines: web),
      ill: ScriptedNight(files: { [$0.disk("left", on: "base")] }, machines: web),
      healed: ScriptedNight(gone: ["left"], machines: web),
      // Somebody has it open.
      harmless: ScriptedNight(
        files: { pool in
          var left = pool.disk("left", on: "base")
          left.isInUse = true
          return [left]
        }, machines: web),
      message: """
        No domain uses '/pool/left', and one uses another overlay of 'base'; if a snapshot or \
        backup left it behind, remove it.
        """),
    KindStory(
      kind: .transientLeftover, subject: "web",
      well: ScriptedNight(files: pair, machines: [transient]),
      ill: ScriptedNight(
        files: { [$0.disk("top.TRANSIENT-web", on: "top")] }, machines: [transient]),
      healed: ScriptedNight(gone: ["top.TRANSIENT-web"], machines: [transient]),
      // It is that of another machine.
      harmless: ScriptedNight(
        files: { [$0.disk("top.TRANSIENT-db", on: "top")] }, machines: [transient]),
      message: """
        '/pool/top.TRANSIENT-web' has the name of the overlay that libvirt creates for the \
        transient disk '/pool/top' of domain 'web', so the domain does not start; move it away: its \
        content was meant to be discarded.
        """),
    KindStory(
      kind: .domainVolumeUnknown, subject: "web",
      well: ScriptedNight(machines: [volume(isUnknown: false)]),
      ill: ScriptedNight(machines: [volume(isUnknown: true)]),
      healed: ScriptedNight(machines: [volume(isUnknown: false)]),
      harmless: ScriptedNight(machines: [volume(isUnknown: nil)]),
      message: """
        Domain 'web' names the volume 'images/disk', and libvirt defines no pool of that name; \
        define the pool again, or name the disk by its path with 'virsh edit web' before starting \
        the domain.
        """),
    KindStory(
      kind: .domainSocketMissing, subject: "web",
      well: ScriptedNight(machines: [served(over: nil)]),
      ill: ScriptedNight(machines: [served(over: "/run/nbd.sock")]),
      healed: ScriptedNight(machines: [served(over: nil)]),
      harmless: ScriptedNight(machines: [served(over: "/run/nbd.sock", policy: "optional")]),
      message: """
        Domain 'web' uses the disk 'nbd+unix:///export' over the socket '/run/nbd.sock', which is \
        missing; start the program that serves the disk before the domain.
        """),
  ]

  /// A machine whose XML spells out the chain of its disk.
  private static func spelled(_ base: String) -> SeenDomain {
    Said.machine(
      "web",
      [
        Said.disk("top") { $0.isContinued = true },
        Said.disk(base, level: 1, role: .backing) { $0.isChainEnd = true },
      ])
  }

  private static let transient = Said.machine("web", [Said.disk("top") { $0.isTransient = true }])

  private static func volume(isUnknown: Bool?) -> SeenDomain {
    var disk = Said.disk("disk") { $0.isOfUnknownPool = isUnknown }
    disk.target = ReferenceTarget(type: .volume)
    disk.target.name = "disk"
    disk.target.options = ["pool": "images"]
    disk.use.elsewhere = DomainUse.Elsewhere(disk.target)
    return Said.machine("web", [disk])
  }

  private static func served(over socket: String?, policy: String? = nil) -> SeenDomain {
    var disk = Said.disk("disk") {
      $0.missingSocket = socket
      $0.startupPolicy = policy
    }
    disk.target = ReferenceTarget(type: .network)
    disk.target.protocolName = "nbd"
    disk.target.uri = "nbd+unix:///export"
    disk.use.elsewhere = DomainUse.Elsewhere(disk.target)
    return Said.machine("web", [disk])
  }
}
