/// A disk image format, under the name that QEMU gives its driver.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
  case raw, qcow, qcow2, qed, vmdk, vpc, vhdx, vdi, parallels, luks, bochs, cloop, dmg
}

extension ImageFormat {
  /// The format of a backing file that follows from the image's own, where QEMU prints it.
  public var impliedBackingFormat: String? { self == .vmdk ? rawValue : nil }

  /// Whether `qemu-img info` prints a `dirty-flag`; drivers that tell nothing of themselves have none.
  ///
  /// A Parallels image has a mark of its own all the same, which QEMU keeps to itself.
  public var hasDirtyFlag: Bool {
    switch self {
    case .parallels, .bochs, .cloop, .dmg: false
    case .raw, .qcow, .qcow2, .qed, .vmdk, .vpc, .vhdx, .vdi, .luks: true
    }
  }
}
