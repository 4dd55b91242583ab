import DiskImage
import Model
import Rules
import ScriptedNights
import Sighting

extension VerdictCase {
  private static let pair: @Sendable (ScriptedPool) -> [SeenFile] = {
    [$0.disk("base"), $0.disk("top", on: "base")]
  }

  /// One machine, and the pair of images.
  private init(
    _ description: String, finds: String..., using references: SeenDomain.Reference...,
    isRunning: Bool = false, outside: Set<PathBytes> = [], unseen: Set<PathBytes> = [],
    files: @escaping @Sendable (ScriptedPool) -> [SeenFile] = VerdictCase.pair
  ) {
    self.init(
      description,
      ScriptedNight(
        files: files, machines: [Said.machine("web", references, isRunning: isRunning)],
        unseen: unseen, outside: outside), finding: finds)
  }

  private init(_ description: String, _ night: ScriptedNight, finding finds: [String]) {
    testDescription = description
    self.night = night
    self.finds = finds.sorted()
  }

  private static func running(
    _ name: String, part: String = "source", change: (inout DomainUse) -> Void = { _ in }
  ) -> SeenDomain.Reference {
    Said.disk(name, part: part, document: .live, change)
  }

  /// What machines use, against what is there and what it shows.
  static let ofDisks: [VerdictCase] = [
    VerdictCase("a disk that is there", using: Said.disk("top")),
    VerdictCase("a disk that is not", finds: "domain-image-missing web", using: Said.disk("none")),
    VerdictCase(
      "an optional medium may be missing",
      using: Said.disk("none") { $0.startupPolicy = "optional" }),
    VerdictCase(
      "one that is requisite, and one that is mandatory, may not",
      finds: "domain-image-missing web", "domain-image-missing web",
      using: Said.disk("none") { $0.startupPolicy = "requisite" },
      Said.disk("nil") { ($0.startupPolicy, $0.target) = ("mandatory", "vdb") }),
    VerdictCase(
      "variables are made from their template", using: Said.disk("vars.fd", role: .nvram)),
    VerdictCase(
      "a loader and a kernel are not", finds: "domain-image-missing web",
      "domain-image-missing web", using: Said.disk("code.fd", format: nil, role: .loader),
      Said.disk("vmlinuz", format: nil, role: .kernel)),
    VerdictCase(
      "where nobody could look nothing is missing", using: Said.disk("/away/disk"),
      unseen: ["/away/disk"]),
    VerdictCase(
      "a disk outside the pools is there", using: Said.disk("/away/disk"), outside: ["/away/disk"]),
    VerdictCase(
      "a file that a process has open is gone, whatever stands there",
      finds: "domain-image-missing web",
      using: running("top"), running("top", part: "deleted"), isRunning: true),
    VerdictCase(
      "of a machine that runs what is live counts, not what it starts from",
      ScriptedNight(
        files: pair,
        machines: [
          Said.machine("web", [Said.disk("none")]),
          Said.machine("web", [running("top")], isRunning: true),
        ])),
    VerdictCase(
      "the format is not the one that is shown", finds: "domain-format-mismatch web",
      using: Said.disk("top", format: "raw")),
    VerdictCase("a format that is not said", using: Said.disk("top", format: nil)),
    VerdictCase(
      "of files of the firmware, too", finds: "domain-format-mismatch web",
      using: Said.disk("top", format: "raw", role: .nvram)),
    VerdictCase(
      "a fixed VHD shows raw", using: Said.disk("vhd", format: "vpc"),
      files: { pool in
        var fixed = pool.disk("vhd") {
          $0 = ImageFacts(format: .raw)
          $0.content = "vpc-fixed"
        }
        fixed.hasDiskName = true
        return [fixed]
      }),
    VerdictCase(
      "a chain as the headers have it",
      using: Said.disk("top") { $0.isContinued = true },
      Said.disk("base", level: 1, role: .backing) { $0.isChainEnd = true }),
    VerdictCase(
      "a chain that ends above the base that the header names", finds: "domain-chain-mismatch web",
      using: Said.disk("top") { $0.isChainEnd = true }),
    VerdictCase(
      "a chain that goes on where the header ends", finds: "domain-chain-mismatch web",
      using: Said.disk("base") { $0.isContinued = true },
      Said.disk("top", level: 1, role: .backing) { $0.isChainEnd = true },
      files: { [$0.disk("base"), $0.disk("top")] }),
    VerdictCase(
      "a base in another format than it shows", finds: "domain-chain-mismatch web",
      using: Said.disk("top") { $0.isContinued = true },
      Said.disk("base", format: "raw", level: 1, role: .backing) { $0.isChainEnd = true }),
    VerdictCase(
      "what the XML calls raw is not looked into", finds: "domain-format-mismatch web",
      using: Said.disk("top", format: "raw") { $0.isChainEnd = true }),
    VerdictCase(
      "of an image with a spoilt header nothing is compared", finds: "header-malformed top",
      using: Said.disk("top") { $0.isChainEnd = true },
      files: { pool in
        [
          pool.disk("base"),
          pool.disk("top", on: "base") { $0.fault = .truncated(offset: 4, needed: 8) },
        ]
      }),
  ]

  /// Two machines with a disk each.
  private init(
    _ description: String, finds: String..., web: SeenDomain.Reference, db: SeenDomain.Reference
  ) {
    self.init(
      description,
      ScriptedNight(
        files: Self.pair, machines: [Said.machine("web", [web]), Said.machine("db", [db])]),
      finding: finds)
  }

  private static func ofDB(
    _ name: String, change: (inout DomainUse) -> Void = { _ in }
  ) -> SeenDomain.Reference {
    Said.disk(name, of: "db", change)
  }

  /// Who writes to what others need.
  static let ofUses: [VerdictCase] = [
    VerdictCase("a base is a disk", finds: "base-in-use web", using: Said.disk("base")),
    VerdictCase("it is only read", using: Said.disk("base") { $0.isReadOnly = true }),
    VerdictCase(
      "what is written is thrown away", using: Said.disk("base") { $0.isTransient = true }),
    VerdictCase(
      "as the base of a disk it is only read",
      using: Said.disk("top") { $0.isContinued = true },
      Said.disk("base", level: 1, role: .backing) { $0.isChainEnd = true }),
    VerdictCase(
      "twice in one machine it is told once", finds: "base-in-use web", using: Said.disk("base"),
      Said.disk("base") { $0.target = "vdb" }),
    VerdictCase(
      "each machine that writes to it is told", finds: "base-in-use web", "base-in-use db",
      "shared-writable base", web: Said.disk("base"), db: ofDB("base")),
    VerdictCase(
      "one of two only reads it", finds: "base-in-use web", web: Said.disk("base"),
      db: ofDB("base") { $0.isReadOnly = true }),
    VerdictCase(
      "two write to one image", finds: "shared-writable top", web: Said.disk("top"), db: ofDB("top")
    ),
    VerdictCase(
      "one of them only reads", web: Said.disk("top"), db: ofDB("top") { $0.isReadOnly = true }),
    VerdictCase(
      "both say that it is shared", web: Said.disk("top") { $0.isShareable = true },
      db: ofDB("top") { $0.isShareable = true }),
    VerdictCase(
      "one throws away what it writes", web: Said.disk("top"),
      db: ofDB("top") { $0.isTransient = true }),
    VerdictCase(
      "one machine has it twice", using: Said.disk("top"), Said.disk("top") { $0.target = "vdb" }),
    VerdictCase(
      "an overlay beside one that is used", finds: "chain-leftover left", using: Said.disk("top"),
      files: { pair($0) + [$0.disk("left", on: "base")] }),
    VerdictCase(
      "an overlay of another base", using: Said.disk("top"),
      files: { pair($0) + [$0.disk("other"), $0.disk("left", on: "other")] }),
    VerdictCase(
      "what stands on a leftover is none beside it", finds: "chain-leftover left",
      using: Said.disk("top"),
      files: { pair($0) + [$0.disk("left", on: "base"), $0.disk("high", on: "left")] }),
    VerdictCase(
      "without machines nothing is left over",
      ScriptedNight(files: { pair($0) + [$0.disk("left", on: "base")] })),
    VerdictCase(
      "a view that is not whole says of none that it is left over",
      finds: "backing-outside-pools far", using: Said.disk("top"), Said.disk("far"),
      outside: ["/away/base"],
      files: {
        pair($0) + [$0.disk("left", on: "base"), $0.disk("far", on: "/away/base")]
      }),
  ]

  private static let three: @Sendable (ScriptedPool) -> [SeenFile] = {
    pair($0) + [$0.disk("high", on: "top", format: nil)]
  }

  private static func high(
    on stored: String, format: String? = "qcow2"
  ) -> @Sendable (ScriptedPool) -> [SeenFile] {
    { pair($0) + [$0.disk("high", on: stored, format: format)] }
  }

  /// Machines that libvirt does not start for what an image says of its base.
  static let ofRefusals: [VerdictCase] = [
    VerdictCase(
      "a base of no recorded format that has none", finds: "backing-format-unrecorded high",
      using: Said.disk("high"), files: { high(on: "alone", format: nil)($0) + [$0.disk("alone")] }),
    VerdictCase(
      "the XML spells the chain out", finds: "backing-format-unrecorded high",
      using: Said.disk("high") { $0.isContinued = true },
      Said.disk("top", level: 1, role: .backing) { $0.isContinued = true },
      Said.disk("base", level: 2, role: .backing) { $0.isChainEnd = true }, files: three),
    VerdictCase(
      "the disk is called raw, so that nobody looks", finds: "backing-format-unrecorded high",
      "domain-format-mismatch web", using: Said.disk("high", format: "raw"), files: three),
    VerdictCase(
      "'file:' before the name", finds: "domain-chain-refused web", using: Said.disk("high"),
      files: high(on: "file:/pool/top")),
    VerdictCase(
      "'json:' without a driver", finds: "domain-chain-refused web", using: Said.disk("high"),
      files: high(on: #"json:{"file.filename":"/pool/top"}"#)),
    VerdictCase(
      "'json:' of a protocol's driver", using: Said.disk("high"),
      files: high(on: #"json:{"driver":"file","filename":"/pool/top"}"#)),
    VerdictCase(
      "'json:' of a format's driver", finds: "domain-chain-refused web", using: Said.disk("high"),
      files: high(
        on: #"json:{"driver":"qcow2","file":{"driver":"file","filename":"/pool/top"}}"#)),
    VerdictCase(
      "the refused link lies deeper", finds: "domain-chain-refused web", using: Said.disk("over"),
      files: { high(on: "file:/pool/top")($0) + [$0.disk("over", on: "high")] }),
    VerdictCase(
      "no machine uses it, but one writes to its base", finds: "base-in-use web",
      using: Said.disk("top"),
      files: high(on: "file:/pool/top")),
  ]
}
