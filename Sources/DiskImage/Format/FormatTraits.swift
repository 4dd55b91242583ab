/// What is known of a format before an image of it is opened: what its header can say of a base, and who
/// reads or writes that.
///
/// The one place for it: SQL asks a table that is filled from here, everything else asks
/// `ImageFormat.traits`. What QEMU does was tried with qemu-img 7.2, and is again in `FormatTraitsTests`;
/// what libvirt does is in libvirt src/storage_file/storage_file_probe.c, `fileTypeInfo`.
public struct FormatTraits: Sendable {
  /// Whether a header can name a base, in whatever way.
  public var namesBase = false
  /// Whether the header has a place for the format of its base: qcow2 an extension, `0xE2792ACA`; qed a bit
  /// that says "raw". The parent of a VMDK, VHD, VHDX or VDI is of the child's own kind; qcow has no place.
  public var recordsBackingFormat = false
  /// Whether a base whose format is not recorded is opened by libvirt as whatever its header shows.
  public var isBaseProbed = false
  /// Whether libvirt reads the name of the base.
  public var isBaseReadByLibvirt = false
  /// Whether `qemu-img rebase` can write the name of the base.
  public var canBeRebased = false
  /// Bytes of the longest name of a base: what QEMU takes of qcow and qcow2, and no more of qed. `nil` where a
  /// name is held otherwise, or not at all.
  public var longestBackingName: Int?
  /// Whether libvirt has a name for the format, which is then QEMU's.
  public var hasLibvirtName = true
  /// Endings of names that people give to images of it, in lower case and without a dot.
  public var endings: [String]
  /// Bytes at the start of an image that are usually enough to read it; `nil` where the whole head is read
  /// at once. Of an image that needs more, the whole head is read after all.
  public var usualLength: Int?

  /// Bytes from which on the name of a base is nearly too long.
  public var longBackingName: Int? { longestBackingName.map { $0 - 128 } }
}

extension ImageFormat {
  /// What is known of the format.
  public var traits: FormatTraits {
    switch self {
    case .raw: .raw
    case .qcow: .qcow
    case .qcow2: .qcow2
    case .qed: .qed
    case .vmdk: .vmdk
    case .vpc: .vpc
    case .vhdx: .vhdx
    case .vdi: .vdi
    case .parallels: .parallels
    case .luks: .luks
    case .bochs: .bochs
    case .cloop: .cloop
    case .dmg: .dmg
    }
  }

  /// Traits of the format that QEMU calls so; `nil` where it is none of these.
  public static func traits(of name: String) -> FormatTraits? { Self(rawValue: name)?.traits }

  /// Endings of names that people give to images, of any format.
  public static let endings = Set(allCases.flatMap(\.traits.endings))
}

extension FormatTraits {
  fileprivate static let raw = Self(endings: ["raw", "img", "disk", "iso"])
  fileprivate static let qcow = Self(
    namesBase: true, isBaseReadByLibvirt: true, longestBackingName: 1023, endings: ["qcow"])
  fileprivate static let qcow2 = Self(
    namesBase: true, recordsBackingFormat: true, isBaseReadByLibvirt: true, canBeRebased: true,
    longestBackingName: 1023, endings: ["qcow2"], usualLength: 1024)
  fileprivate static let qed = Self(
    namesBase: true, recordsBackingFormat: true, isBaseProbed: true, isBaseReadByLibvirt: true,
    canBeRebased: true, longestBackingName: 1023, endings: ["qed"])
  fileprivate static let vmdk = Self(namesBase: true, isBaseReadByLibvirt: true, endings: ["vmdk"])
  fileprivate static let vpc = Self(namesBase: true, endings: ["vhd", "vpc"])
  fileprivate static let vhdx = Self(namesBase: true, hasLibvirtName: false, endings: ["vhdx"])
  fileprivate static let vdi = Self(namesBase: true, endings: ["vdi"])
  fileprivate static let parallels = Self(hasLibvirtName: false, endings: ["hdd", "hds"])
  /// libvirt has raw with an encryption.
  fileprivate static let luks = Self(hasLibvirtName: false, endings: ["luks"])
  fileprivate static let bochs = Self(endings: ["bochs"])
  fileprivate static let cloop = Self(endings: ["cloop"])
  fileprivate static let dmg = Self(endings: ["dmg"])
}
