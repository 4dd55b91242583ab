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
}
