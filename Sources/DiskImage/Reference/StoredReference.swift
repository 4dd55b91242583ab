/// A pointer to storage exactly as an image stores it.
public struct StoredReference: Hashable, Sendable {
  /// What the pointer is for.
  public var role: ReferenceRole
  /// The stored string, byte for byte; any bytes, not necessarily UTF-8, never empty.
  ///
  /// UTF-16 locators (VHD, VHDX) are given as UTF-8. A parent known by UUID alone has the UUID here.
  public var stored: [UInt8]
  /// The format that the image records for the target; `nil` where it records none.
  public var recordedFormat: [UInt8]?

  /// A reference as it is stored.
  public init(role: ReferenceRole, stored: [UInt8], recordedFormat: [UInt8]? = nil) {
    self.role = role
    self.stored = stored
    self.recordedFormat = recordedFormat
  }
}

extension StoredReference {
  /// Why an image that has a base without a name is incomplete.
  static let namelessBase = "it has a base, which it does not name"
}

/// What a reference is for, in the contract's words.
public enum ReferenceRole: String, Sendable, Hashable, CaseIterable {
  case backing
  case dataFile = "data-file"
  case `extent`
  /// A parent known by UUID and not by path.
  case parent
  case disk, snapshot, loader, nvram, kernel, initrd, dtb, filesystem, memory
  /// What a disk's changed blocks are noted in: VMware's `-ctk.vmdk`.
  case changeTracking = "change-tracking"
  /// The state of an emulated TPM.
  case tpm
  /// What a guest's kernel leaves behind when it crashes.
  case pstore
  case acpiTable = "acpi-table"
  /// What the firmware loads before the kernel.
  case shim
  /// A file that the firmware or the guest reads by name: `fw_cfg`.
  case firmwareConfiguration = "fw-cfg"
  /// The option ROM of a device.
  case rom
  /// A device of the host that is handed to the guest as it is.
  case hostDevice = "hostdev"
  /// A path on a command line, of which it is not known what it is for.
  case argument
}
