import DiskImage
import Model
import ScriptedNights
import Sighting

extension VerdictCase {
  /// Where links lead.
  static let ofLinks: [VerdictCase] = [
    VerdictCase("a base that is there") { [$0.disk("base"), $0.disk("top", on: "base")] },
    VerdictCase("a base that is nowhere", finds: "backing-missing top") {
      [$0.disk("top", on: "base")]
    },
    VerdictCase("a base by an absolute path") {
      [$0.disk("base"), $0.disk("top", on: "/pool/base")]
    },
    VerdictCase("a base by 'file:'") { [$0.disk("base"), $0.disk("top", on: "file:/pool/base")] },
    VerdictCase("a base behind '..'", finds: "backing-missing top") {
      [$0.disk("base"), $0.disk("top", on: "../base")]
    },
    VerdictCase("a name in another case is another name", finds: "backing-missing top") {
      [$0.disk("base"), $0.disk("top", on: "Base")]
    },
    VerdictCase(
      "two overlays of a base that is gone", finds: "backing-missing a", "backing-missing b"
    ) {
      [$0.disk("a", on: "base"), $0.disk("b", on: "base")]
    },
    VerdictCase(
      "what stands on a broken overlay is not broken itself", finds: "backing-missing middle"
    ) {
      [$0.disk("middle", on: "base"), $0.disk("top", on: "middle")]
    },
    VerdictCase(
      "a base outside the pools",
      ScriptedNight(files: { [$0.disk("top", on: "/away/base")] }, outside: ["/away/base"]),
      finds: "backing-outside-pools top"),
    VerdictCase(
      "a base outside the pools that may not be read",
      ScriptedNight(files: { [$0.disk("top", on: "/away/base")] }, unreadable: ["/away/base"]),
      finds: "backing-unreadable top"),
    VerdictCase(
      "a base where nobody could look",
      ScriptedNight(files: { [$0.disk("top", on: "/away/base")] }, unseen: ["/away/base"])),
    VerdictCase("a base on a network", finds: "backing-remote top") {
      [$0.disk("top", on: "nbd://host/export")]
    },
    VerdictCase("a base on a network by 'json:'", finds: "backing-remote top") {
      [
        $0.disk(
          "top",
          on: #"json:{"driver":"raw","file":{"driver":"https","url":"https://h/b"}}"#)
      ]
    },
    VerdictCase("a protocol that nobody knows", finds: "backing-invalid top") {
      [$0.disk("top", on: "12:30")]
    },
    VerdictCase("'json:' that is none", finds: "backing-invalid top") {
      [$0.disk("top", on: "json:{")]
    },
    VerdictCase("a data file that is gone", finds: "data-file-missing disk") {
      [$0.part(.dataFile, "data.raw", of: "disk")]
    },
    VerdictCase("a data file that is there") {
      [$0.raw("data.raw"), $0.part(.dataFile, "data.raw", of: "disk")]
    },
    VerdictCase("an extent that is gone", finds: "extent-missing disk") {
      [$0.part(.extent, "disk-f001", of: "disk")]
    },
    VerdictCase("a name of a base that is nearly too long", finds: "backing-name-long top") {
      [$0.disk("base"), $0.disk("top", on: String(repeating: "./", count: 446) + "base")]
    },
    VerdictCase("one that is a little shorter") {
      [$0.disk("base"), $0.disk("top", on: String(repeating: "./", count: 445) + "base")]
    },
  ]

  private static let named =
    #"json:{"driver":"qcow2","file":{"driver":"file","filename":"/pool/base"}}"#
  private static let sliced =
    #"json:{"driver":"qcow2","file":{"driver":"raw","offset":65536,"file":"#
    + #"{"driver":"file","filename":"/pool/base"}}}"#

  /// What is recorded of a base, and what it shows.
  static let ofFormats: [VerdictCase] = [
    VerdictCase("it is recorded") { [$0.disk("base"), $0.disk("top", on: "base")] },
    VerdictCase("it is not recorded", finds: "backing-format-unrecorded top") {
      [$0.disk("base"), $0.disk("top", on: "base", format: nil)]
    },
    VerdictCase("not even of a raw base", finds: "backing-format-unrecorded top") {
      [$0.raw("base"), $0.disk("top", on: "base", format: nil)]
    },
    VerdictCase(
      "not of one that is gone, either", finds: "backing-format-unrecorded top",
      "backing-missing top"
    ) {
      [$0.disk("top", on: "base", format: nil)]
    },
    VerdictCase("the name itself says it") {
      [$0.disk("base"), $0.disk("top", on: named, format: nil)]
    },
    VerdictCase("an image of a format that cannot record it") { pool in
      [
        pool.disk("base"),
        pool.disk("top") { facts in
          facts = ImageFacts(format: .qcow)
          facts.references = [StoredReference(role: .backing, stored: Array("base".utf8))]
        },
      ]
    },
    VerdictCase("raw is recorded, and the base shows another", finds: "backing-format-mismatch top")
    {
      [$0.disk("base"), $0.disk("top", on: "base", format: "raw")]
    },
    VerdictCase("another is recorded, and the base is raw", finds: "backing-format-mismatch top") {
      [$0.raw("base"), $0.disk("top", on: "base", format: "qcow2")]
    },
    VerdictCase("raw is recorded of a raw base") {
      [$0.raw("base"), $0.disk("top", on: "base", format: "raw")]
    },
    VerdictCase(
      "the name says another format than the base shows", finds: "backing-format-mismatch top"
    ) {
      [$0.raw("base"), $0.disk("top", on: named, format: nil)]
    },
    VerdictCase("a part of the file is the base, of which the beginning tells nothing") {
      [$0.raw("base"), $0.disk("top", on: sliced, format: nil)]
    },
    VerdictCase("of a base that is gone nothing is shown", finds: "backing-missing top") {
      [$0.disk("top", on: "base", format: "raw")]
    },
    VerdictCase("a fixed VHD shows raw") {
      [fixedVHD($0), $0.disk("top", on: "base", format: "vpc")]
    },
    VerdictCase("a fixed VHD may be called raw, too") {
      [fixedVHD($0), $0.disk("top", on: "base", format: "raw")]
    },
    VerdictCase("a fixed VHD is no qcow2", finds: "backing-format-mismatch top") {
      [fixedVHD($0), $0.disk("top", on: "base", format: "qcow2")]
    },
    VerdictCase("a raw file is no VHD", finds: "backing-format-mismatch top") {
      [$0.raw("base"), $0.disk("top", on: "base", format: "vpc")]
    },
    VerdictCase("a parent in the state that is recorded") {
      [$0.vmdk("parent", "aaaa"), $0.vmdk("child", "cccc", on: "aaaa")]
    },
    VerdictCase("a parent in another state", finds: "parent-mismatch child") {
      [$0.vmdk("parent", "bbbb"), $0.vmdk("child", "cccc", on: "aaaa")]
    },
    VerdictCase("a parent that records no state") {
      [$0.disk("parent"), $0.vmdk("child", "cccc", on: "aaaa")]
    },
  ]

  private static func fixedVHD(_ pool: ScriptedPool) -> SeenFile {
    var fixed = pool.disk("base") {
      $0 = ImageFacts(format: .raw)
      $0.content = "vpc-fixed"
    }
    fixed.hasDiskName = true
    return fixed
  }

  /// What a header says of its image.
  static let ofHeaders: [VerdictCase] = [
    VerdictCase("all is well") { [$0.disk("disk")] },
    VerdictCase("it was not closed", finds: "image-dirty disk") {
      [$0.disk("disk") { $0.isDirty = true }]
    },
    VerdictCase("it is open") { pool in
      var disk = pool.disk("disk") { $0.isDirty = true }
      disk.isInUse = true
      return [disk]
    },
    VerdictCase(
      "a machine that runs has it",
      ScriptedNight(
        files: { [$0.disk("disk") { $0.isDirty = true }] },
        machines: [
          Said.machine("web", [Said.disk("disk", document: .live)], isRunning: true)
        ])),
    VerdictCase(
      "a machine that does not run has it",
      ScriptedNight(
        files: { [$0.disk("disk") { $0.isDirty = true }] },
        machines: [Said.machine("web", [Said.disk("disk")])]),
      finds: "image-dirty disk"),
    VerdictCase("it is marked as corrupt, and that in use, too", finds: "image-corrupt disk") {
      pool in
      var disk = pool.disk("disk") { $0.isCorrupt = true }
      disk.isInUse = true
      return [disk]
    },
    VerdictCase("its header is cut", finds: "header-malformed disk") {
      [$0.disk("disk") { $0.fault = .truncated(offset: 4, needed: 8) }]
    },
    VerdictCase("it has a feature that nobody knows", finds: "unknown-feature disk") {
      [$0.disk("disk") { $0.unknownFeatures = ["bit 9"] }]
    },
    VerdictCase(
      "all of it at once", finds: "image-dirty disk", "image-corrupt disk",
      "header-malformed disk", "unknown-feature disk"
    ) {
      [
        $0.disk("disk") { facts in
          facts.isDirty = true
          facts.isCorrupt = true
          facts.fault = .truncated(offset: 4, needed: 8)
          facts.unknownFeatures = ["bit 9"]
        }
      ]
    },
    VerdictCase("a raw disk has no header to say anything") { [$0.raw("disk")] },
    VerdictCase("what is no image says nothing, whatever it is") { [$0.plain("notes")] },
  ]

  /// A chain of images, of which the last stands on nothing, or on one of them.
  private static func chain(_ count: Int, onto last: Int? = nil)
    -> @Sendable (ScriptedPool) ->
    [SeenFile]
  {
    { pool in
      (1...count).map { number in
        let below = number < count ? number + 1 : last
        return pool.disk("i\(number)", on: below.map { "i\($0)" })
      }
    }
  }

  /// How long chains are, and whether they end.
  static let ofChains: [VerdictCase] = [
    VerdictCase("as long as is allowed", ScriptedNight(files: chain(4), maxDepth: 4)),
    VerdictCase(
      "one image longer: the top is told, once", ScriptedNight(files: chain(5), maxDepth: 4),
      finds: "chain-too-deep i1"),
    VerdictCase(
      "two tops of one long chain",
      ScriptedNight(
        files: { chain(4)($0) + [$0.disk("a", on: "i1"), $0.disk("b", on: "i1")] }, maxDepth: 4),
      finds: "chain-too-deep a", "chain-too-deep b"),
    VerdictCase(
      "one of two tops is short enough",
      ScriptedNight(files: { chain(5)($0) + [$0.disk("short", on: "i3")] }, maxDepth: 4),
      finds: "chain-too-deep i1"),
    VerdictCase(
      "an image that stands on itself", finds: "backing-loop i1", files: chain(1, onto: 1)),
    VerdictCase(
      "two that stand on each other", finds: "backing-loop i1", "backing-loop i2",
      files: chain(2, onto: 1)),
    VerdictCase(
      "who stands on a loop is not in it, and no chain is measured", finds: "backing-loop i3",
      "backing-loop i4", files: chain(4, onto: 3)),
    VerdictCase(
      "a loop longer than is allowed is one all the same",
      ScriptedNight(files: chain(6, onto: 1), maxDepth: 4),
      finds: "backing-loop i1", "backing-loop i2", "backing-loop i3", "backing-loop i4",
      "backing-loop i5", "backing-loop i6"),
    VerdictCase(
      "what stands on a loop has no depth, however long the way round is",
      ScriptedNight(files: chain(6, onto: 3), maxDepth: 3), finds: "backing-loop i3",
      "backing-loop i4", "backing-loop i5", "backing-loop i6"),
    VerdictCase(
      "beside it a chain that ends has one",
      ScriptedNight(
        files: { pool in
          chain(2, onto: 2)(pool)
            + (3...6).map { pool.disk("i\($0)", on: $0 < 6 ? "i\($0 + 1)" : nil) }
        }, maxDepth: 3), finds: "backing-loop i2", "chain-too-deep i3"),
  ]
}
