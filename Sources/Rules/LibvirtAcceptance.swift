package import Database
internal import DiskImage
internal import Foundation
package import GRDB
internal import Model

/// What libvirt makes of a base when it starts a machine whose XML does not spell the chain out, so that
/// it goes by what the overlay's header says.
///
/// Source: libvirt src/storage_file/storage_source.c, `virStorageSourceGetMetadataRecurse`, and
/// storage_source_backingstore.c; every case seen with libvirt 9.0. QEMU opens all of them.
package enum LibvirtAcceptance: Hashable {
  /// It takes the base, whose format is recorded or detected.
  case takes
  /// It believes what the base's header shows, whatever lies under it (qed).
  case believes
  /// It does not see that there is a base (VMDK whose descriptor is a file of its own).
  case overlooks
  /// It refuses a base of unrecorded format that names a base.
  case refusesFormat
  /// It refuses a base of unrecorded format on a network.
  case refusesFormatOnNetwork
  /// It refuses the name, whatever is recorded; why.
  case refusesName(String)
  /// The base was not looked into.
  case unknown

  /// The overlay's own words, by the columns `stored`, `recorded_format` and `holder_format`, and what
  /// is known of the base: `target_image`, `target_format`, `target_fault`; `holder` is the overlay.
  package init(_ row: Row, in transaction: ReadTransaction) throws {
    let stored = (row["stored"] as Data?).map { Array($0) } ?? []
    let target = ReferenceTarget(parsing: stored, in: [UInt8(ascii: "/")])
    if let reason = Self.refusal(ofName: stored, target) {
      self = .refusesName(reason)
    } else if row["recorded_format"] != nil {
      self = .takes
    } else if row["holder_format"] as String? == "vmdk", try !transaction.showsBase(row["holder"]) {
      self = .overlooks
    } else if target.type == .network {
      self = target.protocolName == "gluster" ? .unknown : .refusesFormatOnNetwork
    } else if ImageFormat.traits(of: row["holder_format"] ?? "")?.isBaseProbed ?? false {
      self = .believes
    } else if let base = row["target_image"] as Int64?, row["target_fault"] == nil {
      let traits = ImageFormat.traits(of: row["target_format"] ?? "")
      self =
        try traits?.isBaseReadByLibvirt ?? false && transaction.showsBase(base)
        ? .refusesFormat : .takes
    } else {
      self = .unknown
    }
  }

  /// `file:` is a protocol that libvirt does not know; a `json:` name is wanted with the driver of a
  /// protocol, or with that of raw around it.
  private static func refusal(ofName stored: [UInt8], _ target: ReferenceTarget) -> String? {
    if stored.starts(with: "file:".utf8) { return "it does not support 'file:' before a name" }
    guard stored.starts(with: "json:".utf8), target.invalid == nil else { return nil }
    if let format = target.formatInReference, format != "raw" {
      return "it does not support format '\(format)' in a 'json:' name"
    }
    return PathBytes(stored).displayText.contains("driver")
      ? nil : "it does not support a 'json:' name without a driver"
  }

  /// Why no machine starts; `nil` where one does, or nobody knows.
  package var refusal: String? {
    switch self {
    case .takes, .believes, .overlooks, .unknown: nil
    case .refusesFormat:
      "the format of the base is not recorded, and the base has a base of its own"
    case .refusesFormatOnNetwork:
      "the format of the base is not recorded, and the base is on a network"
    case .refusesName(let reason): reason
    }
  }

  /// How the sentence of `backing-format-unrecorded` ends.
  var inWords: String {
    switch self {
    case .takes, .overlooks:
      "because libvirt starts a machine with it only while the base has no backing file of its own"
    case .believes: "until then libvirt and QEMU open the base in whatever format its header shows"
    case .refusesFormat, .refusesFormatOnNetwork:
      "because libvirt refuses to start a machine with it"
    case .refusesName(let reason):
      "and name the base by its plain path, because libvirt refuses to start a machine with it: "
        + reason
    case .unknown: "or libvirt may refuse to start the machine"
    }
  }
}

extension ReadTransaction {
  /// Whether an image shows libvirt that it has a base. A descriptor that is a file of its own, beside its
  /// extents, is text to libvirt.
  fileprivate func showsBase(_ image: Int64) throws -> Bool {
    let roles = try Array(
      rows(
        """
        SELECT role FROM reference_at
        WHERE holder = :image AND role IN ('backing', 'extent')
        """, ["image": image]
      ).map { $0[0] as String })
    return Set(roles) == ["backing"]
  }
}
