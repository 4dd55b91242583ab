/// Where libvirt keeps its files: a list of places for a scanner to walk.
///
/// Source: libvirt src/qemu/qemu_conf.c and src/storage/storage_driver.c (their directories for
/// the system and for a user's session), checked against libvirt 9.0.
public struct LibvirtLayout: Hashable, Sendable {
  /// Pools first, then domains, each definition before what is live. A missing place holds nothing.
  public var places: [LibvirtPlace]

  /// The system's libvirt; directories are relative to the root directory.
  public static let system = LibvirtLayout(
    places: [
      LibvirtPlace("etc/libvirt/storage", ".xml", .pool),
      LibvirtPlace("run/libvirt/storage", ".xml", .pool),
    ]
      + ["qemu", "lxc", "libxl", "ch"].flatMap { driver in
        [
          LibvirtPlace("etc/libvirt/\(driver)", ".xml", .domain),
          LibvirtPlace("run/libvirt/\(driver)", ".xml", .liveDomain),
        ]
      } + machine(in: "var/lib/libvirt/qemu"))

  /// A user's libvirt; directories are relative to where the arguments are.
  ///
  /// - Parameters:
  ///   - configuration: `$XDG_CONFIG_HOME`, else `.config` in the home directory.
  ///   - runtime: `$XDG_RUNTIME_DIR` (`run/user/UID`), else `$XDG_CACHE_HOME`, else `.cache` in the home
  ///     directory.
  public static func session(configuration: String, runtime: String) -> LibvirtLayout {
    LibvirtLayout(
      places: [
        LibvirtPlace("\(configuration)/libvirt/storage", ".xml", .pool),
        LibvirtPlace("\(runtime)/libvirt/storage/run", ".xml", .pool),
        LibvirtPlace("\(configuration)/libvirt/qemu", ".xml", .domain),
        LibvirtPlace("\(runtime)/libvirt/qemu/run", ".xml", .liveDomain),
      ] + machine(in: "\(configuration)/libvirt/qemu"))
  }

  /// What the QEMU driver keeps beside its domains.
  private static func machine(in directory: String) -> [LibvirtPlace] {
    [
      LibvirtPlace("\(directory)/snapshot", ".xml", .snapshot, isPerDomain: true),
      LibvirtPlace("\(directory)/checkpoint", ".xml", .checkpoint, isPerDomain: true),
      LibvirtPlace("\(directory)/save", ".save", .savedState),
    ]
  }
}

/// One directory of libvirt's and what its files are.
public struct LibvirtPlace: Hashable, Sendable {
  /// Relative to the layout's root, no slash at either end, unless the layout was given absolute
  /// directories.
  public var directory: String
  /// How the names of the files end; others are something else.
  public var suffix: String
  /// What the files hold.
  public var holding: LibvirtHolding
  /// Whether the files are one level deeper, in a directory named after their domain.
  public var isPerDomain: Bool
  /// Whether the directories in it are looked through as well, however deep.
  public var isTree: Bool
  /// Whether XML of libvirt's that is about something else is passed over without a word.
  public var passesOverOthers = false

  /// A directory.
  public init(
    _ directory: String, _ suffix: String, _ holding: LibvirtHolding, isPerDomain: Bool = false,
    isTree: Bool = false
  ) {
    self.directory = directory
    self.suffix = suffix
    self.holding = holding
    self.isPerDomain = isPerDomain
    self.isTree = isTree
  }
}

extension LibvirtPlace {
  /// Whether what it holds is still there after the host was started again.
  public var outlivesBoot: Bool {
    switch holding {
    case .domain, .snapshot, .checkpoint, .savedState, .anyDomain: true
    // A pool that is running stands there, and is defined elsewhere.
    case .liveDomain, .pool: false
    }
  }
}

/// What a file of libvirt's holds.
public enum LibvirtHolding: String, Sendable, Hashable, CaseIterable {
  case pool, domain, liveDomain, snapshot, checkpoint, savedState
  /// A directory of exported XML: domains, live or not, snapshots, checkpoints.
  case anyDomain
}
