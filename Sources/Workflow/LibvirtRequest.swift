public import Model

/// Which of libvirt's files a scan reads.
public struct LibvirtRequest: Sendable {
  /// A user's own libvirt.
  public struct Session: Sendable {
    /// `$XDG_CONFIG_HOME`, else `.config` in the home directory; absolute.
    public var configuration: String
    /// `$XDG_RUNTIME_DIR`, else `$XDG_CACHE_HOME`, else `.cache` in the home directory; absolute.
    public var runtime: String

    /// A user's directories.
    public init(configuration: String, runtime: String) {
      self.configuration = configuration
      self.runtime = runtime
    }
  }

  /// The directory that stands for `/`, for libvirt's own places; `nil`: they are not read.
  public var root: PathBytes?
  /// The invoking user's libvirt, beside the system's; below `root` as well.
  public var session: Session?
  /// Directories of domain XML.
  public var directories: [PathBytes]
  /// Directories of domain XML of other hosts that use the pools. One that is missing or empty leaves
  /// the view incomplete, so that no image is called an orphan, and is no reason not to scan.
  public var viewers: [PathBytes] = []
  /// Whether somebody says that there are no machines but those: an empty directory then says so too.
  public var hasNoOthers = false
  /// Whether libvirt's own places are looked for: where nothing is there and never was, there is no libvirt.
  public var isSearched = false
  /// Roots of the pools whose viewers they are.
  public var viewedPaths: Set<PathBytes> = []

  /// A request for libvirt's own places, for directories, or for both.
  public init(root: PathBytes?, session: Session?, directories: [PathBytes]) {
    self.root = root
    self.session = session
    self.directories = directories
  }
}
