internal import Model

/// The UUIDs of block devices, as udev lists them.
struct DeviceUUIDs: Sendable {
  /// By device number, major << 32 | minor.
  private let uuids: [UInt64: String]
  /// Why some may not be known.
  private let fault: HostFault?

  /// Reads a directory of symbolic links from UUIDs to devices; empty where there is none.
  init(directory path: PathBytes) {
    var uuids: [UInt64: String] = [:]
    var fault: HostFault?
    do throws(HostFault) {
      let directory = try Directory(opening: path, followingLink: true)
      let entries = try directory.entries()
      fault = entries.fault
      for entry in entries {
        guard let device = try Self.device(at: directory.path(of: entry)) else { continue }
        uuids[device] = String(decoding: entry.nameBytes, as: UTF8.self)
      }
    } catch {
      if !error.isMissing { fault = error }
    }
    self.uuids = uuids
    self.fault = fault
  }

  /// The UUID of the device that is mounted; nil where it has none.
  /// - Throws: the fault when that cannot be told: a file system has one name, every night.
  func uuid(of mount: Mount) throws(HostFault) -> String? {
    if let uuid = uuids[mount.device] { return uuid }
    if let device = try source(of: mount), let uuid = uuids[device] { return uuid }
    if let fault { throw fault }
    return nil
  }

  /// Where the file system makes up its device number (btrfs), the source names the device.
  private func source(of mount: Mount) throws(HostFault) -> UInt64? {
    guard mount.source.first == UInt8(ascii: "/") else { return nil }
    return try Self.device(at: PathBytes(mount.source))
  }

  /// The number of the device to which a path leads; nil where it leads to none.
  private static func device(at path: PathBytes) throws(HostFault) -> UInt64? {
    do throws(HostFault) {
      let node = try status(ofPath: path, followingLink: true)
      return node.kind == .blockDevice ? node.deviceItself : nil
    } catch {
      if error.isOfThePath { return nil }
      throw error
    }
  }
}
