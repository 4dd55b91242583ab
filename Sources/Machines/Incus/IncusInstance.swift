/// A `backup.yaml`, as far as it names storage.
///
/// Source: incus internal/server/backup/config/backup_config.go and shared/api/instance.go; lxd
/// lxd/backup/config/backup_config.go for version 2.
struct IncusInstance: Sendable, Hashable {
  /// Devices of one instance.
  static let deviceLimit = 1000
  /// Snapshots of one instance.
  static let snapshotLimit = 10_000

  /// A disk that is not the root.
  struct Disk: Sendable, Hashable {
    var name: String
    /// The pool of a volume; `nil` for what the host has.
    var pool: String?
    /// The volume, or a path of the host.
    var source: String
    var isReadOnly: Bool
  }

  private(set) var name: String
  private(set) var project: String
  /// In lower case.
  private(set) var uuid: String?
  private(set) var isVirtualMachine: Bool
  /// The kind of pool that it lies in: `dir`, `btrfs`, `zfs`, ….
  private(set) var driver: String?
  private(set) var disks: [Disk] = []
  private(set) var snapshots: [String] = []

  /// Reads the text of a file.
  init(parsing bytes: [UInt8]) throws(IncusFault) {
    let whole: PlainYAML
    do throws(PlainYAML.Fault) { whole = try PlainYAML(parsing: bytes) } catch {
      throw .notUnderstood(line: error.line, error.reason)
    }
    // LXD 6 writes version 2, where pools and volumes are lists.
    let isSecond = whole["container"] == .nothing
    let instance = isSecond ? whole["instance"] : whole["container"]
    guard case .map = instance else { throw .lacks("container") }
    guard let name = try Self.text(instance, "name") else { throw .lacks("name") }
    self.name = name
    project = try Self.text(instance, "project") ?? "default"
    uuid = try Self.text(instance["config"], "volatile.uuid")?.lowercased()
    isVirtualMachine = try Self.text(instance, "type") == "virtual-machine"
    driver = try Self.text(
      isSecond ? Self.pool(of: instance, in: whole["pools"]) : whole["pool"], "driver")
    try read(devices: instance["expanded_devices"])
    try read(snapshots: whole["snapshots"])
  }

  /// The pool of the instance's own disk; nothing where the list does not have it.
  private static func pool(
    of instance: PlainYAML, in pools: PlainYAML
  ) throws(IncusFault) -> PlainYAML {
    guard case .list(let items) = pools, case .map(let devices) = instance["expanded_devices"]
    else { return .nothing }
    for device in devices.values where try text(device, "path") == "/" {
      guard let name = try text(device, "pool") else { continue }
      for item in items where try text(item, "name") == name { return item }
    }
    return .nothing
  }

  private mutating func read(devices: PlainYAML) throws(IncusFault) {
    switch devices {
    case .nothing: throw .lacks("expanded_devices")
    case .map(let members):
      guard members.count <= Self.deviceLimit else { throw .tooMany("devices") }
      for (name, device) in members.sorted(by: { $0.key < $1.key }) {
        guard try Self.text(device, "type") == "disk", try Self.text(device, "path") != "/",
          let source = try Self.text(device, "source")
        else { continue }
        let flag = try Self.text(device, "readonly")
        disks.append(
          Disk(
            name: name, pool: try Self.text(device, "pool"), source: source,
            isReadOnly: ["true", "1", "yes", "on"].contains(flag)))
      }
    default: throw .unread("expanded_devices")
    }
  }

  private mutating func read(snapshots found: PlainYAML) throws(IncusFault) {
    switch found {
    case .nothing: break
    case .list(let items):
      guard items.count <= Self.snapshotLimit else { throw .tooMany("snapshots") }
      for item in items {
        guard let name = try Self.text(item, "name"), !name.contains("/"), name != ".." else {
          throw .unread("snapshots")
        }
        snapshots.append(name)
      }
    default: throw .unread("snapshots")
    }
  }

  /// The text of a key; `nil` where it is not there or empty.
  private static func text(_ yaml: PlainYAML, _ key: String) throws(IncusFault) -> String? {
    switch yaml[key] {
    case .nothing: return nil
    case .scalar(let text): return text.isEmpty || text.utf8.contains(0) ? nil : text
    case .map, .list, .unread: throw .unread(key)
    }
  }
}

/// Why a `backup.yaml` does not say what its instance uses. In half sentences.
enum IncusFault: Error, Hashable, Sendable {
  /// Text that is not read.
  case notUnderstood(line: Int, String)
  /// A key that has to be there.
  case lacks(String)
  /// A key whose value is written in a way that is not read.
  case unread(String)
  /// More of something than is read.
  case tooMany(String)

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .notUnderstood(let line, let reason): "line \(line) cannot be parsed: \(reason)"
    case .lacks(let key): "'\(key)' is missing"
    case .unread(let key): "the value of '\(key)' cannot be parsed"
    case .tooMany(let what): "it has more \(what) than the limit"
    }
  }
}
