internal import Model

/// The UUIDs of block devices, as udev lists them.
struct DeviceUUIDs: Sendable {
  /// By device number, major << 32 | minor.
  private let uuids: [UInt64: String]

  /// Reads a directory of symbolic links from UUIDs to devices; empty where there is none.
  init(directory path: PathBytes) {
    var uuids: [UInt64: String] = [:]
    if let directory = try? Directory(opening: path, followingLink: true),
      let entries = try? directory.entries()
    {
      for entry in entries {
        let node = try? status(ofPath: directory.path(of: entry), followingLink: true)
        guard let node, node.kind == .blockDevice, let device = node.deviceItself else { continue }
        uuids[device] = String(decoding: entry.nameBytes, as: UTF8.self)
      }
    }
    self.uuids = uuids
  }

  /// The UUID of the device that is mounted.
  func uuid(of mount: Mount) -> String? {
    if let uuid = uuids[mount.device] { return uuid }
    // Where the file system makes up its device number (btrfs), the source names the device.
    guard mount.source.first == UInt8(ascii: "/"),
      let node = try? status(ofPath: PathBytes(mount.source), followingLink: true),
      node.kind == .blockDevice
    else { return nil }
    return node.deviceItself.flatMap { uuids[$0] }
  }
}
