import DiskImage
import Foundation
import Testing

/// A format that `qemu-img` creates, and what its options are set to, each on its own.
struct CreatedFormat: Sendable, CustomTestStringConvertible {
  /// QEMU's name of the format.
  let name: String
  /// Values of every option; each is the text that follows `-o`.
  let values: [String]
  /// Options that other suites set, because they need a secret, another file, or say a size.
  let elsewhere: Set<String>

  var testDescription: String { name }

  private static let everywhere = [
    "extent_size_hint=0", "extent_size_hint=1M", "nocow=on", "preallocation=off",
    "preallocation=falloc", "preallocation=full",
  ]
  private static let backing: Set = ["size", "backing_file", "backing_fmt"]

  /// All that qemu-img 7.2 of Debian creates as files, without LUKS, whose keys take time to derive.
  static let all: [CreatedFormat] = [
    CreatedFormat(
      name: "qcow2",
      values: everywhere + [
        "compat=v2", "compat=v3,cluster_size=512", "cluster_size=2M", "extended_l2=on",
        "lazy_refcounts=on", "refcount_bits=1", "refcount_bits=64", "compression_type=zstd",
        "preallocation=metadata", "preallocation=metadata,extended_l2=on,cluster_size=16k",
        "data_file=x.data", "data_file=x.data,data_file_raw=on", "data_file_raw=off",
      ],
      elsewhere: backing.union([
        "encryption", "encrypt.format", "encrypt.key-secret", "encrypt.cipher-alg",
        "encrypt.cipher-mode", "encrypt.hash-alg", "encrypt.iter-time", "encrypt.ivgen-alg",
        "encrypt.ivgen-hash-alg",
      ])),
    CreatedFormat(
      name: "qcow", values: everywhere,
      elsewhere: backing.union(["encryption", "encrypt.format", "encrypt.key-secret"])),
    CreatedFormat(
      name: "qed",
      values: everywhere + [
        "cluster_size=4k,table_size=2", "cluster_size=1M,table_size=2", "table_size=16",
      ], elsewhere: backing),
    CreatedFormat(
      name: "vdi",
      values: everywhere + ["static=on", "static=off", "static=on,preallocation=full"],
      elsewhere: ["size"]),
    CreatedFormat(
      name: "vhdx",
      values: everywhere + [
        "subformat=fixed", "log_size=64M", "block_size=1M", "block_size=256M",
        "block_state_zero=off", "subformat=fixed,block_state_zero=on,log_size=2M",
      ], elsewhere: ["size"]),
    CreatedFormat(
      name: "vpc", values: everywhere + ["subformat=fixed", "force_size=on", "force_size=off"],
      elsewhere: ["size"]),
    CreatedFormat(
      name: "vmdk",
      values: everywhere
        + ["monolithicSparse", "monolithicFlat", "streamOptimized", "twoGbMaxExtentFlat"].flatMap {
          kind in
          let isFlat = kind.hasSuffix("Flat")
          return (isFlat ? ["off"] : ["on", "off"]).flatMap { zero in
            ["adapter_type=lsilogic", "adapter_type=legacyESX", "hwversion=21", "compat6=on"]
              .map { "subformat=\(kind),zeroed_grain=\(zero),\($0),toolsversion=\"7\"" }
          }
        }, elsewhere: backing),
    CreatedFormat(
      name: "parallels",
      values: everywhere + ["cluster_size=512", "cluster_size=64k", "cluster_size=3M"],
      elsewhere: ["size"]),
    CreatedFormat(name: "raw", values: everywhere, elsewhere: ["size"]),
  ]
}

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct OptionMatrixTests {
  @Test(arguments: CreatedFormat.all)
  func `whatever option an image is made with, all keys agree`(format: CreatedFormat) throws {
    let folder = try ImageFolder()
    for value in format.values {
      let subfolder = UUID().uuidString
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: subfolder), withIntermediateDirectories: true)
      let name = "\(subfolder)/x.\(format.name)"
      let options = value.replacing("x.data", with: "\(subfolder)/x.data")
      try folder.qemuImg("create", "-q", "-f", format.name, "-o", options, name, "3M")
      try folder.expectAgreement(on: name, comment: "\(format.name) with \(value)")
    }
  }

  @Test(arguments: CreatedFormat.all)
  func `no option that qemu-img has is left out`(format: CreatedFormat) throws {
    let folder = try ImageFolder()
    let help = String(
      decoding: try QemuImg.run(["create", "-f", format.name, "-o", "help", "x"], in: folder.url),
      as: UTF8.self)
    let options = help.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .compactMap { $0.split(separator: "=").first?.trimmingCharacters(in: .whitespaces) }
    let tried = format.values.flatMap { $0.split(separator: ",") }
      .compactMap { $0.split(separator: "=").first.map(String.init) }
    #expect(options.count > 3)
    #expect(Set(options).subtracting(tried).subtracting(format.elsewhere) == [])
  }

  @Test(arguments: [
    ("qcow2", "compression_type=zstd", true), ("qcow2", "compression_type=zlib", true),
    ("qcow2", "compat=v2", true), ("qcow2", "extended_l2=on", false), ("qcow", "nocow=off", false),
    ("vmdk", "subformat=streamOptimized", true), ("vmdk", "subformat=monolithicFlat", false),
    ("vpc", "subformat=fixed", false), ("vhdx", "subformat=fixed", false),
    ("vdi", "static=on", false), ("parallels", "cluster_size=64k", false),
    ("qed", "table_size=2", false),
  ])
  func `an image that a disk was converted to agrees`(
    format: String, options: String, isCompressed: Bool
  ) throws {
    let folder = try ImageFolder()
    try folder.write(
      [UInt8](repeating: 7, count: 500_000) + [UInt8](repeating: 0, count: 500_224), to: "disk.raw")
    try QemuImg.run(
      ["convert", "-f", "raw", "-O", format] + (isCompressed ? ["-c"] : [])
        + ["-o", options, "disk.raw", "a.img"], in: folder.url)
    try folder.expectAgreement(on: "a.img", comment: "\(format) with \(options)")
  }
}
